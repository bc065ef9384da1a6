package dev.braintrust.spring.sample;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two copies of the sample share a database and take turns in one conversation. One of
 * them is killed in the middle of a job, which the other takes over.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class TakeOverProcessTests {

	private static final String ROUTE = "project_name:Support Desk";

	private static final TaskDescriptor<Long> ANSWER = TaskDescriptor.of("answer", Long.class);

	@TempDir
	private Path directory;

	private HoldingModel model;

	private ReceivingServer braintrust;

	private EmbeddedPostgres postgres;

	private JdbcTemplate database;

	@BeforeEach
	void start() throws IOException {
		this.model = new HoldingModel();
		this.braintrust = new ReceivingServer();
		this.postgres = EmbeddedPostgres.start();
		this.database = new JdbcTemplate(this.postgres.getPostgresDatabase());
	}

	@AfterEach
	void stop() throws IOException {
		this.postgres.close();
		this.braintrust.close();
		this.model.close();
	}

	@Test
	void conversationOfTwoProcessesIsOneTraceThoughOneIsKilledInTheMiddleOfAJob() throws Exception {
		try (SampleProcess first = startSample("first")) {
			await(first).until(() -> isRunning("first") && hasTables());
			long conversation = this.database
				.queryForObject("insert into conversation (version) values (0) returning id", Long.class);
			ask(conversation, 1, "Where is my order 4711?");
			awaitAnswer(conversation, 1, first);
			this.model.holdNextAnswer();
			ask(conversation, 2, "And where is my order 4712?");
			this.model.awaitHeldRequest();
			await(first).until(() -> sent("lookUpOrder").size() == 2);
			try (SampleProcess second = startSample("second")) {
				await(second).until(() -> isRunning("second"));
				List<Span> sentBefore = sent();
				first.kill();
				awaitAnswer(conversation, 2, second);
				ask(conversation, 3, "Thanks! Please sum up what I should know.");
				awaitAnswer(conversation, 3, second);
				second.stop();
				verify(sentBefore);
			}
		}
	}

	private void verify(List<Span> sentBefore) {
		List<Span> spans = sent();
		assertThat(spans.stream().map(Span::getTraceId).distinct()).hasSize(1);
		List<Span> answers = sent("answer");
		assertThat(answers.stream().map((span) -> attribute(span, "braintrust.metadata")))
			.containsExactly("{\"job\":\"turn-1\"}", "{\"job\":\"turn-2\"}", "{\"job\":\"turn-3\"}");
		assertThat(spans.stream().filter((span) -> span.getParentSpanId().isEmpty())).containsExactly(answers.get(0));
		assertThat(answers.subList(1, 3)).allMatch((span) -> span.getParentSpanId().equals(answers.get(0).getSpanId()));
		// The killed process has sent the spans that had ended. Its open spans, the
		// client's task and the turn, are lost.
		Set<ByteString> ids = spans.stream().map(Span::getSpanId).collect(Collectors.toSet());
		List<Span> orphans = spans.stream()
			.filter((span) -> !span.getParentSpanId().isEmpty() && !ids.contains(span.getParentSpanId()))
			.toList();
		assertThat(orphans).extracting(Span::getName).containsExactlyInAnyOrder("Chat Completion", "lookUpOrder");
		assertThat(orphans.stream().map(Span::getParentSpanId).distinct()).hasSize(1);
		assertThat(sentBefore).containsAll(orphans);
		assertThat(ids).hasSameSizeAs(spans);
	}

	private SampleProcess startSample(String name) throws IOException {
		return SampleProcess.start(this.directory, name,
				List.of("--sample.demo=false", "--spring.profiles.active=postgres",
						"--spring.datasource.url=" + this.postgres.getJdbcUrl("postgres", "postgres")
								+ "&ApplicationName=" + name,
						"--spring.datasource.username=postgres", "--spring.datasource.password=postgres",
						"--db-scheduler.scheduler-name=" + name, "--db-scheduler.heartbeat-interval=500ms",
						"--db-scheduler.missed-heartbeats-limit=4", "--spring.ai.openai.base-url=" + this.model.url(),
						"--spring.ai.openai.api-key=test-key", "--braintrust.api-url=" + this.braintrust.url(),
						"--braintrust.api-key=test-key", "--braintrust.check-on-startup=false",
						"--management.opentelemetry.tracing.export.otlp.endpoint=" + this.braintrust.url() + "/app"));
	}

	private boolean isRunning(String name) {
		return count("select count(*) from pg_stat_activity where application_name = ?", name) > 0;
	}

	private boolean hasTables() {
		return count("select count(*) from information_schema.tables where table_name = ?", "scheduled_tasks") > 0;
	}

	private void ask(long conversation, int turn, String question) {
		this.database.update("insert into conversation_line (conversation_id, position, speaker, text) "
				+ "values (?, ?, 'USER', ?)", conversation, 2 * turn - 2, question);
		SchedulerClient.Builder.create(this.postgres.getPostgresDatabase())
			.build()
			.scheduleIfNotExists(ANSWER.instance("turn-" + turn).data(conversation).scheduledTo(Instant.now()));
	}

	private void awaitAnswer(long conversation, int turn, SampleProcess process) {
		await(process)
			.until(() -> count("select count(*) from conversation_line where conversation_id = ?", conversation) == 2
					* turn && count("select count(*) from scheduled_tasks where task_name = ?", "answer") == 0);
	}

	private int count(String query, Object argument) {
		return this.database.queryForObject(query, Integer.class, argument);
	}

	private static ConditionFactory await(SampleProcess process) {
		return Awaitility.await()
			.atMost(Duration.ofMinutes(3))
			.conditionEvaluationListener((condition) -> assertThat(process.isAlive()).isTrue());
	}

	private List<Span> sent(String name) {
		return sent().stream().filter((span) -> span.getName().equals(name)).toList();
	}

	private List<Span> sent() {
		return this.braintrust.requests()
			.stream()
			.filter((request) -> ROUTE.equals(request.header("x-bt-parent")))
			.flatMap((request) -> request.spans().stream())
			.toList();
	}

	private static String attribute(Span span, String key) {
		return span.getAttributesList()
			.stream()
			.filter((attribute) -> attribute.getKey().equals(key))
			.map(KeyValue::getValue)
			.findFirst()
			.orElseThrow()
			.getStringValue();
	}

}
