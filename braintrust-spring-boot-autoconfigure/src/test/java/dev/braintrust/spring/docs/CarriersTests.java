package dev.braintrust.spring.docs;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.StoredTraceContext;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.ReceivedSpan;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.jdbc.core.JdbcAggregateOperations;
import org.springframework.data.jdbc.repository.config.AbstractJdbcConfiguration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.PlatformTransactionManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that each store and message in {@code docs/conversations.md} carries a
 * conversation.
 */
class CarriersTests {

	private final OtlpReceiver receiver = new OtlpReceiver();

	private ConfigurableApplicationContext context;

	private ProjectTracer tracer;

	@BeforeEach
	void start() {
		this.context = new SpringApplicationBuilder(BraintrustAutoConfiguration.class).web(WebApplicationType.NONE)
			.properties("braintrust.api-url=" + this.receiver.url(), "braintrust.api-key=sk-test",
					"braintrust.projects.support.name=Support Agent")
			.run();
		this.tracer = this.context.getBean(BraintrustProjects.class).tracer("support");
	}

	@AfterEach
	void stop() {
		this.context.close();
		this.receiver.close();
	}

	@Test
	void rowOfSpringDataJdbc() {
		try (AnnotationConfigApplicationContext jdbc = new AnnotationConfigApplicationContext(Jdbc.class)) {
			JdbcAggregateOperations rows = jdbc.getBean(JdbcAggregateOperations.class);
			Long id = rows.save(new StoresExample.Chat()).getId();
			for (int turn = 1; turn <= 2; turn++) {
				StoresExample.Chat chat = rows.findById(id, StoresExample.Chat.class);
				turn(chat);
				rows.save(chat);
			}
		}
		verifyTwoTurns();
	}

	@Test
	void document() {
		JsonMapper json = new JsonMapper();
		String document = json.writeValueAsString(new StoresExample.ChatDocument("1", new HashMap<>()));
		for (int turn = 1; turn <= 2; turn++) {
			StoresExample.ChatDocument chat = json.readValue(document, StoresExample.ChatDocument.class);
			turn(chat.stored());
			document = json.writeValueAsString(chat);
		}
		assertThat(document).contains("\"trace\":{\"traceparent\":\"00-");
		verifyTwoTurns();
	}

	@Test
	void messageOfKafka() {
		List<Header> sent = new ArrayList<>();
		MessagesExample.Kafka kafka = new MessagesExample.Kafka(this.tracer);
		this.tracer.rootSpan("send").run((span) -> {
			ProducerRecord<String, String> message = new ProducerRecord<>("topic", "value");
			message.headers().add("traceparent", "stale".getBytes());
			kafka.send(message);
			message.headers().forEach(sent::add);
		});
		assertThat(sent).extracting(Header::key).containsExactlyInAnyOrder("traceparent", "baggage");
		ConsumerRecord<String, String> message = new ConsumerRecord<>("topic", 0, 0, 0, TimestampType.CREATE_TIME, 0, 0,
				"key", "value", new org.apache.kafka.common.header.internals.RecordHeaders(sent), null);
		kafka.receive(message);
		verifyReceived();
	}

	@Test
	void messageOfRabbit() {
		MessagesExample.Rabbit rabbit = new MessagesExample.Rabbit(this.tracer);
		Message message = new Message(new byte[0], new MessageProperties());
		this.tracer.rootSpan("send").run((span) -> rabbit.send(message));
		rabbit.receive(message);
		verifyReceived();
	}

	@Test
	void parametersOfAJobThatIsATurnOfTheConversationItself() {
		MessagesExample.Jobs jobs = new MessagesExample.Jobs(this.tracer);
		StoredTraceContext parameters = StoredTraceContext
			.of(this.tracer.rootSpan("send").call((span) -> jobs.parameters()));
		this.tracer.inTrace(parameters, "receive").run((span) -> {
		});
		verifyReceived();
	}

	private void turn(StoredTraceContext stored) {
		this.tracer.inTrace(stored, "turn").run((span) -> {
		});
	}

	private void verifyTwoTurns() {
		List<ReceivedSpan> spans = spans();
		assertThat(spans).hasSize(2);
		assertThat(spans.get(0).isRoot()).isTrue();
		assertThat(spans.get(1).isChildOf(spans.get(0))).isTrue();
	}

	private void verifyReceived() {
		List<ReceivedSpan> spans = spans();
		assertThat(spans).extracting(ReceivedSpan::name).containsExactly("send", "receive");
		assertThat(spans.get(1).isChildOf(spans.get(0))).isTrue();
	}

	private List<ReceivedSpan> spans() {
		assertThat(this.context.getBean(BraintrustProjects.class).flush(Duration.ofMinutes(1))).isTrue();
		return this.receiver.spans();
	}

	@Configuration(proxyBeanMethods = false)
	static class Jdbc extends AbstractJdbcConfiguration {

		private final DriverManagerDataSource database = new DriverManagerDataSource(
				"jdbc:h2:mem:chats;DB_CLOSE_DELAY=-1;CASE_INSENSITIVE_IDENTIFIERS=TRUE");

		Jdbc() {
			new JdbcTemplate(this.database).execute("create table \"chat\" (\"id\" bigint generated always as identity "
					+ "primary key, \"version\" int, \"traceparent\" varchar(55), \"tracestate\" varchar(512))");
		}

		@Bean
		NamedParameterJdbcOperations operations() {
			return new NamedParameterJdbcTemplate(this.database);
		}

		@Bean
		PlatformTransactionManager transactions() {
			return new DataSourceTransactionManager(this.database);
		}

	}

}
