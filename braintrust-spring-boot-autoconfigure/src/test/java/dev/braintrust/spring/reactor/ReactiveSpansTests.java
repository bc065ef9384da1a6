package dev.braintrust.spring.reactor;

import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.StoredTraceContext;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustChatAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustContextPropagationAutoConfiguration;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.ReceivedSpan;
import dev.braintrust.spring.support.ScriptedModel;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests of {@link ReactiveSpans}.
 */
@Timeout(60)
class ReactiveSpansTests {

	private final OtlpReceiver receiver = new OtlpReceiver();

	private final Map<String, String> headers = new HashMap<>();

	private ConfigurableApplicationContext context;

	private ProjectTracer tracer;

	private ProjectTracer research;

	@BeforeEach
	void start() {
		this.context = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties(Map.of("braintrust.api-url", this.receiver.url(), "braintrust.api-key", "sk-test",
					"braintrust.projects.support.name", "Support Agent", "braintrust.projects.research.id", "r-1"))
			.run();
		this.tracer = this.context.getBean(BraintrustProjects.class).tracer("support");
		this.research = this.context.getBean(BraintrustProjects.class).tracer("research");
	}

	@AfterEach
	void close() {
		this.context.close();
		this.receiver.close();
	}

	@Test
	void spanLivesAsLongAsTheSubscriptionAndEndsBeforeTheSubscriberLearnsOfIt() {
		Sinks.One<String> answer = Sinks.one();
		StringBuilder seen = new StringBuilder();
		Mono<String> turn = ReactiveSpans
			.mono(() -> this.tracer.inTrace(stored(), "turn").input("question"), (span) -> {
				seen.append(span.isRecording());
				return answer.asMono().doOnNext(span::output).doOnNext((value) -> seen.append(span.isRecording()));
			})
			.doOnNext((value) -> seen.append(flush().size()));
		assertThat(this.headers).isEmpty();
		Disposable subscription = turn.subscribe((value) -> seen.append(value));
		assertThat(this.headers).containsKey("traceparent");
		assertThat(flush()).isEmpty();
		answer.tryEmitValue("42");
		assertThat(subscription.isDisposed()).isTrue();
		assertThat(seen).hasToString("truetrue142");
		ReceivedSpan span = flush().get(0);
		assertThat(span.isRoot()).isTrue();
		assertThat(span.input().asString()).isEqualTo("question");
		assertThat(span.output().asString()).isEqualTo("42");
	}

	@Test
	void whatFollowsASpanIsBesideItAlsoIfItsWorkGivesAllAtOnce() {
		ReactiveSpans.mono(() -> this.tracer.taskSpan("mono"), (span) -> Mono.just("a"))
			.flatMap((value) -> ReactiveSpans.mono(() -> this.tracer.taskSpan("then"), (span) -> Mono.just("b")))
			.block();
		ReactiveSpans.flux(() -> this.tracer.taskSpan("flux"), (span) -> Flux.just("a", "b"))
			.doOnNext((value) -> this.tracer.taskSpan(value).run((span) -> span.output(value)))
			.blockLast();
		ReactiveSpans.mono(() -> this.tracer.taskSpan("fails"), (span) -> Mono.error(new IllegalStateException("no")))
			.onErrorResume((ex) -> ReactiveSpans.mono(() -> this.tracer.taskSpan("fallback"), (span) -> Mono.empty()))
			.block();
		assertThat(flush()).hasSize(7).allMatch(ReceivedSpan::isRoot);
	}

	@Test
	void emittedValueOfAMonoIsTheOutputUnlessTheWorkSetsOne() {
		ReactiveSpans.mono(() -> this.tracer.rootSpan("emits"), (span) -> Mono.just("answer")).block();
		ReactiveSpans
			.mono(() -> this.tracer.rootSpan("sets"),
					(span) -> Mono.just("answer").doOnNext((answer) -> span.output("set")))
			.block();
		ReactiveSpans.mono(() -> this.tracer.rootSpan("is empty"), (span) -> Mono.empty()).block();
		ReactiveSpans.flux(() -> this.tracer.rootSpan("is a stream"), (span) -> Flux.just("a", "b")).blockLast();
		assertThat(flush()).extracting((span) -> span.has("braintrust.output_json") ? span.output().asString() : "")
			.containsExactly("answer", "set", "", "");
	}

	@Test
	void everySubscriptionIsATurnOfItsOwn() {
		Flux<Integer> turn = ReactiveSpans.flux(() -> this.tracer.inTrace(stored(), "turn"),
				(span) -> Flux.just(1, 2, 3));
		assertThat(turn.collectList().block()).containsExactly(1, 2, 3);
		assertThat(turn.subscribeOn(Schedulers.parallel()).take(2).collectList().block()).containsExactly(1, 2);
		List<ReceivedSpan> spans = flush();
		assertThat(spans).hasSize(2).noneMatch(ReceivedSpan::error);
		assertThat(spans.get(1).isChildOf(spans.get(0))).isTrue();
	}

	@Test
	void retryIsATurnOfItsOwnAfterOneThatFailed() {
		Iterator<Mono<String>> attempts = List
			.of(Mono.<String>error(new IllegalStateException("out of luck")), Mono.just("done"))
			.iterator();
		Mono<String> turn = ReactiveSpans.mono(() -> this.tracer.inTrace(stored(), "turn"), (span) -> attempts.next());
		assertThat(turn.retry(1).block()).isEqualTo("done");
		List<ReceivedSpan> spans = flush();
		assertThat(spans).extracting(ReceivedSpan::error).containsExactly(true, false);
		assertThat(spans.get(1).isChildOf(spans.get(0))).isTrue();
	}

	@Test
	void workThatThrowsIsAnErrorOfTheSpanAndComesOutAsItIs() {
		IllegalStateException failure = new IllegalStateException("out of luck");
		assertThatThrownBy(() -> ReactiveSpans.flux(() -> this.tracer.rootSpan("turn"), (span) -> {
			throw failure;
		}).blockLast()).isSameAs(failure);
		assertThatThrownBy(() -> ReactiveSpans.mono(() -> this.tracer.rootSpan("turn"), (span) -> {
			throw failure;
		}).block()).isSameAs(failure);
		assertThat(flush()).hasSize(2).allMatch(ReceivedSpan::error);
	}

	@Test
	void cancelledWorkEndsItsSpanWithoutAnError() {
		ReactiveSpans.mono(() -> this.tracer.rootSpan("turn"), (span) -> Mono.never()).subscribe().dispose();
		assertThat(flush()).singleElement().satisfies((span) -> assertThat(span.error()).isFalse());
	}

	@Test
	void spanIsCurrentWhileTheWorkIsSubscribedToAndTheApplicationsSpanIsNot() {
		Mono<String> turn = ReactiveSpans.mono(() -> this.tracer.inTrace(stored(), "turn"),
				(span) -> Mono.fromSupplier(() -> {
					assertThat(Span.current().getSpanContext().isValid()).isFalse();
					return this.tracer.taskSpan("below").call((below) -> "done");
				}));
		assertThat(turn.block()).isEqualTo("done");
		assertThat(this.tracer.currentSpan().getSpanContext().isValid()).isFalse();
		List<ReceivedSpan> spans = flush();
		assertThat(spans).extracting(ReceivedSpan::name).containsExactly("below", "turn");
		assertThat(spans.get(0).isChildOf(spans.get(1))).isTrue();
	}

	@Test
	void reactiveSpansBelowFindItOnWhateverThreadEachInItsProject() {
		Mono<String> turn = ReactiveSpans.mono(() -> this.tracer.inTrace(stored(), "turn"),
				(span) -> elsewhere().flatMap((value) -> ReactiveSpans.mono(() -> this.research.taskSpan("research"),
						(other) -> elsewhere().flatMap((more) -> ReactiveSpans.mono(() -> this.tracer.toolSpan("tool"),
								(tool) -> Mono.just("done"))))));
		assertThat(turn.block()).isEqualTo("done");
		List<ReceivedSpan> spans = flush();
		assertThat(spans).hasSize(3);
		assertThat(named(spans, "tool").isChildOf(named(spans, "turn"))).isTrue();
		assertThat(named(spans, "research").isRoot()).isTrue();
	}

	@Test
	void spanOfAnotherConversationThatIsCurrentOnTheThreadIsNotTheParent() {
		Mono<String> turn = ReactiveSpans.mono(() -> this.tracer.inTrace(stored(), "turn"),
				(span) -> Mono.from((subscriber) -> this.tracer.rootSpan("another")
					.run((another) -> ReactiveSpans
						.mono(() -> this.tracer.toolSpan("tool"), (tool) -> Mono.just("done"))
						.subscribe(subscriber))));
		assertThat(turn.block()).isEqualTo("done");
		List<ReceivedSpan> spans = flush();
		assertThat(named(spans, "another").isRoot()).isTrue();
		assertThat(named(spans, "tool").isChildOf(named(spans, "turn"))).isTrue();
	}

	@Test
	void streamOfAChatClientIsBelowItOnAnotherThread() {
		this.context.getBean(ScriptedModel.class).says("forty", "-two");
		ChatClient chat = this.context.getBean(ChatClient.class);
		Mono<String> turn = ReactiveSpans.mono(() -> this.tracer.inTrace(stored(), "turn"), (span) -> elsewhere()
			.flatMap((value) -> chat.prompt("question").stream().content().collect(Collectors.joining())));
		assertThat(turn.block()).isEqualTo("forty-two");
		List<ReceivedSpan> spans = flush();
		assertThat(spans).extracting(ReceivedSpan::type).containsExactly("llm", "task", "task");
		assertThat(spans.get(0).isChildOf(spans.get(1))).isTrue();
		assertThat(spans.get(1).isChildOf(spans.get(2))).isTrue();
	}

	@Test
	void contextOfReactorCanBeMadeCurrentOnAnyThread() {
		Mono<String> turn = ReactiveSpans.mono(() -> this.tracer.inTrace(stored(), "turn"),
				(span) -> elsewhere().flatMap((value) -> Mono.deferContextual((view) -> {
					assertThat(this.tracer.currentSpan().getSpanContext().isValid()).isFalse();
					try (Scope scope = ReactiveSpans.makeCurrent(view)) {
						return Mono.just(this.tracer.taskSpan("below").call((below) -> "done"));
					}
				})));
		assertThat(turn.block()).isEqualTo("done");
		List<ReceivedSpan> spans = flush();
		assertThat(spans.get(0).isChildOf(spans.get(1))).isTrue();
	}

	@Test
	void operatorsOnOtherThreadsFindItWhereReactorRestoresThreadLocals() {
		Hooks.enableAutomaticContextPropagation();
		try {
			Mono<String> turn = ReactiveSpans.mono(() -> this.tracer.inTrace(stored(), "turn"),
					(span) -> elsewhere().map((value) -> this.tracer.taskSpan("below").call((below) -> "done")));
			assertThat(turn.block()).isEqualTo("done");
		}
		finally {
			Hooks.disableAutomaticContextPropagation();
		}
		assertThat(this.tracer.currentSpan().getSpanContext().isValid()).isFalse();
		List<ReceivedSpan> spans = flush();
		assertThat(spans).extracting(ReceivedSpan::name).containsExactly("below", "turn");
		assertThat(spans.get(0).isChildOf(spans.get(1))).isTrue();
	}

	@Test
	void spanThatIsEndedElsewhereCanBeCarried() {
		ProjectSpan span = this.tracer.rootSpan("turn").startSpan();
		assertThat(
				ReactiveSpans
					.within(span,
							Flux.range(1, 2)
								.publishOn(Schedulers.parallel())
								.concatMap((i) -> ReactiveSpans.mono(() -> this.tracer.taskSpan("step " + i),
										(step) -> Mono.just(i))))
					.collectList()
					.block())
			.containsExactly(1, 2);
		assertThat(span.isRecording()).isTrue();
		span.end();
		List<ReceivedSpan> spans = flush();
		assertThat(spans).hasSize(3);
		assertThat(spans.subList(0, 2)).allMatch((step) -> step.isChildOf(spans.get(2)));
	}

	private static Mono<Long> elsewhere() {
		return Mono.delay(Duration.ofMillis(1), Schedulers.single());
	}

	private StoredTraceContext stored() {
		return StoredTraceContext.of(this.headers);
	}

	private List<ReceivedSpan> flush() {
		assertThat(this.context.getBean(BraintrustProjects.class).flush(Duration.ofMinutes(1))).isTrue();
		return this.receiver.spans();
	}

	private static ReceivedSpan named(List<ReceivedSpan> spans, String name) {
		return spans.stream().filter((span) -> span.name().equals(name)).findFirst().orElseThrow();
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ BraintrustAutoConfiguration.class, BraintrustChatAutoConfiguration.class,
			BraintrustContextPropagationAutoConfiguration.class })
	static class Application {

		@Bean
		ScriptedModel model() {
			return new ScriptedModel();
		}

		@Bean
		@BraintrustProject("support")
		ChatClient chat(ScriptedModel model) {
			return ChatClient.builder(model).build();
		}

	}

}
