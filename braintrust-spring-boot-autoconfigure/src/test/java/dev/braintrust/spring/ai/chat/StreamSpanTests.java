package dev.braintrust.spring.ai.chat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import dev.braintrust.spring.support.ReceivedSpan;
import dev.braintrust.spring.support.ScriptedModel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.advisor.SimpleLoggerAdvisor;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.function.FunctionToolCallback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests that each span of a stream ends once, children before the task, and before the
 * caller sees the end, for all ways in which a stream can end.
 */
@Timeout(60)
class StreamSpanTests {

	private final TracedClient client = new TracedClient();

	@AfterEach
	void close() {
		this.client.close();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void whatFollowsAStreamIsBesideItsTask(boolean elsewhere) {
		Flux<ChatResponse> first = chunks("one");
		Flux<ChatResponse> second = chunks("two");
		this.client.model()
			.answers(elsewhere ? first.publishOn(Schedulers.boundedElastic()) : first)
			.answers(elsewhere ? second.publishOn(Schedulers.boundedElastic()) : second);
		this.client.run((chat) -> chat,
				(chat, tracer) -> tracer.taskSpan("turn")
					.run((span) -> assertThat(content(chat).concatWith(content(chat)).collectList().block())
						.containsExactly("one", "two")));
		List<ReceivedSpan> spans = this.client.spans(5);
		assertThat(spans.get(1).isChildOf(spans.get(4))).isTrue();
		assertThat(spans.get(3).isChildOf(spans.get(4))).isTrue();
	}

	@Test
	void streamThatFollowsAnotherIsATraceOfItsOwnIfNothingSurroundsThem() {
		this.client.model().answers(chunks("one").publishOn(Schedulers.boundedElastic())).answers(chunks("two"));
		this.client.run((chat) -> chat,
				(chat, tracer) -> assertThat(
						content(chat).collectList().flatMapMany((answer) -> content(chat)).collectList().block())
					.containsExactly("two"));
		List<ReceivedSpan> spans = this.client.spans(4);
		assertThat(spans).filteredOn(ReceivedSpan::isRoot).containsExactly(spans.get(1), spans.get(3));
	}

	@Test
	void streamThatIsCancelledEndsWithWhatHadArrived() {
		this.client.model().answers(chunks("one ", "two ", "three ").concatWith(Flux.never()));
		this.client.run((chat) -> chat, (chat, tracer) -> assertThat(content(chat).take(2).collectList().block())
			.containsExactly("one ", "two "));
		List<ReceivedSpan> spans = this.client.spans(2);
		assertThat(spans).extracting(ReceivedSpan::type).containsExactly("llm", "task");
		assertThat(spans).noneMatch(ReceivedSpan::error);
		assertThat(spans.get(0).output().at("/0/message/content").asString()).startsWith("one two ");
		assertThat(spans.get(1).output().asString()).isEqualTo("one two ");
	}

	@Test
	void streamThatIsDisposedWhileItHangsEndsWithWhatHadArrived() {
		CountDownLatch arrived = new CountDownLatch(1);
		this.client.model().answers(chunks("one ").concatWith(Flux.never()));
		this.client.run((chat) -> chat, (chat, tracer) -> {
			Disposable subscription = content(chat).subscribe((chunk) -> arrived.countDown());
			await(arrived);
			subscription.dispose();
		});
		List<ReceivedSpan> spans = this.client.spans(2);
		assertThat(spans).extracting(ReceivedSpan::type).containsExactly("llm", "task");
		assertThat(spans.get(1).output().asString()).isEqualTo("one ");
		assertThat(spans.get(1).end()).isGreaterThanOrEqualTo(spans.get(0).end());
	}

	@Test
	void streamThatIsDisposedWhileAToolRunsEndsItsToolBeforeItsTask() {
		CountDownLatch running = new CountDownLatch(1);
		CountDownLatch released = new CountDownLatch(1);
		CountDownLatch asked = new CountDownLatch(1);
		ToolCallback slow = FunctionToolCallback.builder("slow", () -> {
			running.countDown();
			boolean interrupted = false;
			while (released.getCount() > 0) {
				try {
					released.await();
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
			return "late " + interrupted;
		}).build();
		// Spring AI still calls the model, and cancels it immediately.
		this.client.model().callsTool("slow", "{}").answers(Flux.defer(() -> {
			asked.countDown();
			return Flux.never();
		}));
		this.client.run((chat) -> chat.defaultTools(slow), (chat, tracer) -> {
			Disposable subscription = content(chat).subscribe();
			await(running);
			subscription.dispose();
			released.countDown();
			await(asked);
		});
		List<ReceivedSpan> spans = this.client.spans(3);
		assertThat(spans).extracting(ReceivedSpan::name).containsExactly("Chat Completion", "slow", "chat");
		assertThat(spans.get(1).has("braintrust.output_json")).isFalse();
		assertThat(spans).noneMatch(ReceivedSpan::error);
	}

	@Test
	void emptyStreamHasSpansWithoutAnOutput() {
		this.client.model().answers(Flux.empty());
		this.client.run((chat) -> chat, (chat, tracer) -> assertThat(content(chat).collectList().block()).isEmpty());
		List<ReceivedSpan> spans = this.client.spans(2);
		assertThat(spans).extracting(ReceivedSpan::type).containsExactly("llm", "task");
		assertThat(spans).noneMatch((span) -> span.has("braintrust.output_json"));
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void errorBeforeTheFirstChunkFailsBothSpans(boolean thrown) {
		IllegalArgumentException failure = new IllegalArgumentException("no answer");
		this.client.model().answers(thrown ? Flux.defer(() -> {
			throw failure;
		}) : Flux.error(failure));
		this.client.run((chat) -> chat,
				(chat, tracer) -> assertThatThrownBy(() -> content(chat).blockLast()).isSameAs(failure));
		List<ReceivedSpan> spans = this.client.spans(2);
		assertThat(spans).extracting(ReceivedSpan::type).containsExactly("llm", "task");
		assertThat(spans).allMatch((span) -> span.error() && span.statusMessage().equals("no answer"))
			.noneMatch((span) -> span.has("braintrust.output_json"));
	}

	@Test
	void streamThatFailsHasItsErrorAndWhatHadArrived() {
		this.client.model().answers(chunks("one ", "two ").concatWith(Flux.error(new IllegalStateException("cut"))));
		this.client.run((chat) -> chat,
				(chat, tracer) -> assertThatThrownBy(() -> content(chat).blockLast()).hasMessage("cut"));
		List<ReceivedSpan> spans = this.client.spans(2);
		assertThat(spans).extracting(ReceivedSpan::type).containsExactly("llm", "task");
		assertThat(spans).allMatch((span) -> span.error() && span.statusMessage().equals("cut"));
		assertThat(spans.get(0).output().at("/0/message/content").asString()).isEqualTo("one two ");
		assertThat(spans.get(1).output().asString()).isEqualTo("one two ");
	}

	@Test
	void modelThatCannotStreamFailsBothSpans() {
		UnsupportedOperationException failure = new UnsupportedOperationException("no streams");
		this.client.model().throwsAtOnce(failure);
		// An advisor below the tool loop, so that the advisor calls the model.
		this.client.run((chat) -> chat.defaultAdvisors(new SimpleLoggerAdvisor()),
				(chat, tracer) -> assertThatThrownBy(() -> content(chat).blockLast()).isSameAs(failure));
		List<ReceivedSpan> spans = this.client.spans(2);
		assertThat(spans).extracting(ReceivedSpan::type).containsExactly("llm", "task");
		assertThat(spans).allMatch((span) -> span.error() && span.statusMessage().equals("no streams"));
	}

	@Test
	void answerIsNotPutTogetherWhereOutputsAreNotRecorded() {
		List<Integer> reads = new ArrayList<>();
		for (boolean output : new boolean[] { true, false }) {
			AtomicInteger read = new AtomicInteger();
			AssistantMessage message = new AssistantMessage("one") {

				@Override
				public String getText() {
					boolean task = StackWalker.getInstance()
						.walk((frames) -> frames
							.anyMatch((frame) -> frame.getClassName().contains("ObservedChain$Stream")));
					read.addAndGet(task ? 1 : 0);
					return super.getText();
				}

			};
			try (TracedClient own = new TracedClient()) {
				own.model().answers(Flux.just(new ChatResponse(List.of(new Generation(message)))));
				own.with("braintrust.capture.output=" + output)
					.run((chat) -> chat, (chat, tracer) -> chat.prompt("count").stream().chatResponse().blockLast());
				assertThat(own.spans(2).get(1).has("braintrust.output_json")).isEqualTo(output);
			}
			reads.add(read.get());
		}
		assertThat(reads).containsExactly(1, 0);
	}

	@Test
	void streamsOnOtherSchedulersHaveTheSameSpans() {
		ToolCallback clock = FunctionToolCallback.builder("clock", () -> "noon").build();
		this.client.model()
			.answers(Flux.just(ScriptedModel.response(AssistantMessage.builder()
				.content("")
				.toolCalls(List.of(TracedClient.toolCall("1", "clock", "{}"))))).subscribeOn(Schedulers.parallel()))
			.answers(chunks("one ", "two").publishOn(Schedulers.single()));
		this.client.run((chat) -> chat.defaultTools(clock),
				(chat, tracer) -> tracer.taskSpan("outer")
					.run((span) -> assertThat(content(chat).subscribeOn(Schedulers.boundedElastic())
						.publishOn(Schedulers.parallel())
						.collectList()
						.block()).containsExactly("one ", "two")));
		List<ReceivedSpan> spans = this.client.spans(5);
		assertThat(spans).extracting(ReceivedSpan::name)
			.containsExactly("Chat Completion", "clock", "Chat Completion", "chat", "outer");
		assertThat(spans.subList(0, 3)).allMatch((span) -> span.isChildOf(spans.get(3)));
		assertThat(spans.get(3).isChildOf(spans.get(4))).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "complete", "error", "cancel" })
	void spansHaveEndedWhenTheCallerLearnsOfTheEnd(String end) {
		Flux<ChatResponse> answer = chunks("one ", "two ");
		Flux<ChatResponse> rest = switch (end) {
			case "complete" -> Flux.empty();
			case "error" -> Flux.error(new IllegalStateException("cut"));
			default -> Flux.never();
		};
		this.client.model().answers(answer.concatWith(rest));
		List<Integer> seen = Collections.synchronizedList(new ArrayList<>());
		this.client.run((chat) -> chat, (chat, tracer) -> {
			Runnable look = () -> {
				this.client.flush();
				seen.add(this.client.spans(2).size());
			};
			content(chat).take(end.equals("cancel") ? 2 : 3)
				.doOnComplete(look)
				.doOnError((ex) -> look.run())
				.onErrorComplete()
				.blockLast();
		});
		assertThat(seen).containsExactly(2);
		assertThat(this.client.spans(2)).extracting(ReceivedSpan::type).containsExactly("llm", "task");
	}

	@Test
	void streamThatIsSubscribedToAgainBehavesAsWithoutTracing() {
		compare((chat) -> {
			Flux<String> answer = content(chat);
			return List.of(outcome(answer), outcome(answer), outcome(answer));
		}, () -> this.client.model().says("one").says("two").says("three"));
	}

	@Test
	void streamThatIsRetriedBehavesAsWithoutTracing() {
		compare((chat) -> List.of(outcome(content(chat).retry(2)), outcome(content(chat).retry(1))),
				() -> this.client.model()
					.answers(Flux.error(new IllegalStateException("busy")))
					.says("one")
					.answers(Flux.error(new IllegalStateException("busy")))
					.answers(Flux.error(new IllegalStateException("still busy"))));
	}

	@Test
	void streamWithTwoSubscribersAtATimeBehavesAsWithoutTracing() {
		compare((chat) -> {
			ExecutorService threads = Executors.newFixedThreadPool(2);
			try {
				Flux<String> answer = content(chat);
				Future<String> one = threads.submit(() -> outcome(answer));
				Future<String> two = threads.submit(() -> outcome(answer));
				List<String> outcomes = new ArrayList<>(List.of(one.get(), two.get()));
				Collections.sort(outcomes);
				return outcomes;
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
			finally {
				threads.shutdown();
			}
		}, () -> this.client.model().says("one").says("two"));
	}

	private void compare(Function<ChatClient, List<String>> work, Runnable script) {
		List<String> bare = new ArrayList<>();
		script.run();
		bare.addAll(work.apply(ChatClient.create(this.client.model())));
		int prompts = this.client.model().prompts().size();
		this.client.model().forgetAnswers();
		script.run();
		List<String> traced = new ArrayList<>();
		this.client.run((chat) -> chat, (chat, tracer) -> traced.addAll(work.apply(chat)));
		assertThat(traced).isEqualTo(bare);
		assertThat(this.client.model().prompts()).hasSize(2 * prompts);
	}

	private static String outcome(Flux<String> answer) {
		try {
			return String.join("", answer.collectList().block(Duration.ofMinutes(1)));
		}
		catch (RuntimeException ex) {
			return ex.toString();
		}
	}

	private static Flux<String> content(ChatClient chat) {
		return chat.prompt("count").stream().content();
	}

	private static Flux<ChatResponse> chunks(String... texts) {
		return Flux.fromArray(texts).map((text) -> ScriptedModel.response(AssistantMessage.builder().content(text)));
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
