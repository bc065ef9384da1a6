package dev.braintrust.spring.autoconfigure;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.StoredTraceContext;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.ReceivedSpan;
import dev.braintrust.spring.support.ScriptedModel;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.Context;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests of projects that are off, for each reason: they have the same beans, and record,
 * store and send nothing.
 */
class SwitchedOffTests {

	private static final String TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03";

	private final OtlpReceiver receiver = new OtlpReceiver();

	private final ApplicationContextRunner on = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(BraintrustAutoConfiguration.class, BraintrustChatAutoConfiguration.class))
		.withUserConfiguration(Application.class)
		.withPropertyValues("braintrust.api-url=" + this.receiver.url(), "braintrust.api-key=sk-test",
				"braintrust.projects.support.name=Support Agent");

	@AfterEach
	void close() {
		this.receiver.close();
	}

	@Test
	void projectThatIsOnRecordsStoresAndSends() {
		StoredTraceContext columns = StoredTraceContext.of(new HashMap<>());
		this.on.run((context) -> useAll(context, columns));
		assertThat(columns.traceparent()).isNotNull();
		assertThat(this.receiver.awaitSpans(9)).extracting(ReceivedSpan::name)
			.containsExactlyInAnyOrder("root", "task", "tool", "llm", "function", "library", "turn", "Chat Completion",
					"supportChat");
	}

	@ParameterizedTest
	@ValueSource(strings = { "braintrust.enabled=false", "braintrust.projects.support.enabled=false",
			"braintrust.projects.support.api-key=${NO_SUCH_VARIABLE_ANYWHERE}" })
	void projectThatIsOffRunsTheSameWorkAndSendsNothing(String property) {
		StoredTraceContext columns = StoredTraceContext.of(new HashMap<>());
		this.on.withPropertyValues(property).run((context) -> useAll(context, columns));
		assertThat(columns.traceparent()).isNull();
		assertThat(columns.tracestate()).isNull();
		assertThat(this.receiver.requests()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "braintrust.enabled=false", "braintrust.projects.support.enabled=false",
			"braintrust.projects.support.api-key=${NO_SUCH_VARIABLE_ANYWHERE}" })
	void projectThatIsOffHasTheSameBeans(String property) {
		AtomicReference<Map<String, Class<?>>> beans = new AtomicReference<>();
		this.on.run((context) -> beans.set(beans(context)));
		this.on.withPropertyValues(property).run((context) -> assertThat(beans(context)).isEqualTo(beans.get()));
		assertThat(beans.get()).containsKeys("braintrustProjects", "braintrust.projects.support.tracer",
				"braintrust.projects.support.tracerProvider", "braintrust.projects.support.openTelemetry", "agent");
	}

	private static Map<String, Class<?>> beans(ApplicationContext context) {
		Map<String, Class<?>> beans = new HashMap<>();
		for (String name : context.getBeanDefinitionNames()) {
			Class<?> type = context.getType(name);
			if (ChatClient.class.isAssignableFrom(type) || context.isPrototype(name)) {
				beans.put(name, ChatClient.class.isAssignableFrom(type) ? ChatClient.class : type);
			}
			else {
				beans.put(name, context.getBean(name).getClass());
			}
		}
		return beans;
	}

	@ParameterizedTest
	@ValueSource(strings = { "braintrust.enabled=false", "braintrust.projects.support.enabled=false",
			"braintrust.projects.support.api-key=${NO_SUCH_VARIABLE_ANYWHERE}" })
	void spansOfAProjectThatIsOffRecordNothing(String property) {
		this.on.withPropertyValues(property).run((context) -> {
			ProjectTracer tracer = context.getBean(Agent.class).tracer;
			assertThat(tracer.isEnabled()).isFalse();
			ProjectSpan span = tracer.rootSpan("root").input("in").setSpanKind(SpanKind.CLIENT).startSpan();
			assertThat(span.isRecording()).isFalse();
			assertThat(span.getSpanContext().isValid()).isFalse();
			span.output("out").metadata("k", new Object()).metric("m", 1).score("s", 0.5).tags("t").end();
			Map<String, String> carrier = new HashMap<>();
			tracer.propagator().inject(Context.current().with(span), carrier, Map::put);
			assertThat(carrier).isEmpty();
			assertThat(context.getBean(BraintrustProjects.class).keys()).containsExactly("support");
			assertThat(context.getBean(BraintrustProjects.class).flush(Duration.ofMinutes(1))).isTrue();
		});
	}

	@Test
	void objectsAreNotReadForAProjectThatIsOff() {
		Content content = new Content();
		this.on.withPropertyValues("braintrust.enabled=false").run((context) -> record(context, content));
		assertThat(content.reads).isZero();
		this.on.run((context) -> record(context, content));
		assertThat(content.reads).isPositive();
	}

	private static void record(ApplicationContext context, Content content) {
		context.getBean(Agent.class).tracer.taskSpan("task")
			.input(content)
			.run((span) -> span.output(content).metadata("k", content));
	}

	@Test
	void errorsOfTheWorkComeOutAsTheyAre() {
		this.on.withPropertyValues("braintrust.enabled=false").run((context) -> {
			ProjectTracer tracer = context.getBean(Agent.class).tracer;
			IOException failure = new IOException("disk is full");
			assertThatThrownBy(() -> tracer.taskSpan("task").run((span) -> {
				throw failure;
			})).isSameAs(failure);
			assertThat(failure).hasNoSuppressedExceptions();
		});
	}

	@Test
	void conversationThatHasATraceKeepsIt() {
		StoredTraceContext columns = StoredTraceContext.of(new HashMap<>());
		columns.store(TRACEPARENT, "k=v");
		this.on.withPropertyValues("braintrust.enabled=false").run((context) -> {
			ProjectTracer tracer = context.getBean(Agent.class).tracer;
			assertThat(tracer.inTrace(columns, "turn").<String, RuntimeException>call((span) -> "answer"))
				.isEqualTo("answer");
		});
		assertThat(columns.traceparent()).isEqualTo(TRACEPARENT);
		assertThat(columns.tracestate()).isEqualTo("k=v");
		assertThat(this.receiver.requests()).isEmpty();
	}

	@Test
	void projectThatIsOnBesideOneThatIsOffSends() {
		this.on
			.withPropertyValues("braintrust.projects.support.enabled=false",
					"braintrust.projects.research.name=Research")
			.run((context) -> {
				useAll(context, StoredTraceContext.of(new HashMap<>()));
				BraintrustProjects projects = context.getBean(BraintrustProjects.class);
				projects.tracer("support")
					.taskSpan("outer")
					.run((outer) -> projects.tracer("research")
						.taskSpan("inner")
						.run((inner) -> assertThat(inner.isRecording()).isTrue()));
			});
		assertThat(this.receiver.awaitSpans(1)).singleElement().satisfies((span) -> {
			assertThat(span.name()).isEqualTo("inner");
			assertThat(span.parent()).isEqualTo("project_name:Research");
			assertThat(span.isRoot()).isTrue();
		});
	}

	@Test
	void everyProjectMayBeSwitchedOnAgainstTheDefault() {
		this.on.withPropertyValues("braintrust.enabled=false", "braintrust.projects.support.enabled=true")
			.run((context) -> context.getBean(Agent.class).tracer.rootSpan("root").run((span) -> {
			}));
		assertThat(this.receiver.awaitSpans(1)).extracting(ReceivedSpan::name).containsExactly("root");
	}

	private static void useAll(ApplicationContext context, StoredTraceContext columns) {
		Agent agent = context.getBean(Agent.class);
		ProjectTracer tracer = agent.tracer;
		Span before = Span.current();
		assertThat(tracer.rootSpan("root").<Integer, RuntimeException>call((span) -> 1)).isEqualTo(1);
		assertThat(tracer.taskSpan("task").<Integer, RuntimeException>call((span) -> 2)).isEqualTo(2);
		assertThat(tracer.toolSpan("tool").<Integer, RuntimeException>call((span) -> 3)).isEqualTo(3);
		assertThat(tracer.llmSpan("llm").<Integer, RuntimeException>call((span) -> 4)).isEqualTo(4);
		AtomicReference<String> ran = new AtomicReference<>();
		tracer.functionSpan("function").run((span) -> {
			assertThat(Span.current()).isSameAs(before);
			ran.set("function");
		});
		assertThat(ran).hasValue("function");
		agent.provider.get("library").spanBuilder("library").startSpan().end();
		assertThat(tracer.inTrace(columns, "turn").<String, RuntimeException>call((span) -> "answer"))
			.isEqualTo("answer");
		assertThat(agent.chat.prompt("How are you?").call().content()).isEqualTo("Fine.");
	}

	public static class Content {

		private int reads;

		public String getText() {
			this.reads++;
			return "text";
		}

	}

	static class Agent {

		private final ChatClient chat;

		private final ProjectTracer tracer;

		private final TracerProvider provider;

		Agent(ChatClient chat, ProjectTracer tracer, TracerProvider provider) {
			this.chat = chat;
			this.tracer = tracer;
			this.provider = provider;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		@Bean
		@BraintrustProject("support")
		ChatClient supportChat() {
			return ChatClient.create(new ScriptedModel().says("Fine."));
		}

		@Bean
		Agent agent(@BraintrustProject("support") ChatClient chat, @BraintrustProject("support") ProjectTracer tracer,
				@BraintrustProject("support") Tracer sameTracer, @BraintrustProject("support") TracerProvider provider,
				@BraintrustProject("support") OpenTelemetry openTelemetry) {
			assertThat(sameTracer).isSameAs(tracer);
			assertThat(openTelemetry.getTracerProvider()).isSameAs(provider);
			return new Agent(chat, tracer, provider);
		}

	}

}
