package dev.braintrust.spring.ai.chat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustChatAutoConfiguration;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.ReceivedSpan;
import dev.braintrust.spring.support.ScriptedModel;
import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.mockito.Mockito;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.ChatClientAttributes;
import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.DefaultChatClientBuilder;
import org.springframework.ai.chat.client.advisor.MessageChatMemoryAdvisor;
import org.springframework.ai.chat.client.advisor.ToolCallingAdvisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisorChain;
import org.springframework.ai.chat.memory.ChatMemory;
import org.springframework.ai.chat.memory.MessageWindowChatMemory;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.ChatResponseMetadata;
import org.springframework.ai.chat.metadata.EmptyUsage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.ai.tool.metadata.ToolMetadata;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests that a traced client behaves as without tracing, and is traced once.
 */
@ExtendWith(OutputCaptureExtension.class)
class ProjectChatClientTests {

	private static final ToolCallback CLOCK = FunctionToolCallback.builder("clock", () -> "noon")
		.description("The time")
		.build();

	private final OtlpReceiver receiver = new OtlpReceiver();

	private final ScriptedModel model = new ScriptedModel();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(BraintrustAutoConfiguration.class, BraintrustChatAutoConfiguration.class))
		.withPropertyValues("braintrust.api-url=" + this.receiver.url(), "braintrust.api-key=sk-test",
				"braintrust.projects.support.name=Support Agent", "braintrust.projects.research.id=r-1");

	@AfterEach
	void close() {
		this.receiver.close();
	}

	@Test
	void paramsAndToolContextSurvive() {
		this.model.says("fine");
		run((client) -> client.defaultAdvisors((advisors) -> advisors.param("tenant", "7"))
			.defaultSystem((system) -> system.text("Be {mood}").param("mood", "kind"))
			.defaultUser((user) -> user.text("Hello {name}").param("name", "Ada"))
			.defaultToolContext(Map.of("secret", "s")), (chat, tracer) -> {
				ChatClientResponse response = chat.prompt().call().chatClientResponse();
				assertThat(response.context()).containsOnlyKeys("tenant");
			});
		assertThat(this.model.prompts().get(0).getContents()).isEqualTo("Be kindHello Ada");
		assertThat(this.receiver.awaitSpans(2).get(1).input().at("/0/content").asString()).isEqualTo("Hello Ada");
	}

	@Test
	void toolsAreLeftToTheApplicationWhereItExecutesThemItself() {
		this.model.callsTool("clock", "{}");
		run((client) -> client.defaultAdvisors(
				(advisors) -> advisors.param(ChatClientAttributes.TOOL_CALLING_ADVISOR_AUTO_REGISTER.getKey(), false))
			.defaultTools(CLOCK), (chat, tracer) -> {
				ChatResponse response = chat.prompt("time?").call().chatResponse();
				assertThat(response.hasToolCalls()).isTrue();
			});
		List<ReceivedSpan> spans = this.receiver.awaitSpans(2);
		assertThat(spans).extracting(ReceivedSpan::type).containsExactly("llm", "task");
		assertThat(spans.get(0).output().at("/0/message/tool_calls/0/function/name").asString()).isEqualTo("clock");
		assertThat(this.model.prompts()).hasSize(1);
	}

	@Test
	void toolAdvisorOfTheApplicationRunsTheLoop() {
		this.model.callsTool("clock", "{}").says("noon");
		CountingToolAdvisor advisor = new CountingToolAdvisor();
		run((client) -> client.defaultAdvisors(advisor).defaultTools(CLOCK),
				(chat, tracer) -> assertThat(chat.prompt("time?").call().content()).isEqualTo("noon"));
		assertThat(advisor.calls).isEqualTo(2);
		assertThat(this.receiver.awaitSpans(4)).extracting(ReceivedSpan::type)
			.containsExactly("llm", "tool", "llm", "task");
	}

	@Test
	void memoryInsideAndOutsideTheLoopWorks() {
		for (int order : new int[] { ToolCallingAdvisor.DEFAULT_ORDER - 10, ToolCallingAdvisor.DEFAULT_ORDER + 10 }) {
			ChatMemory memory = MessageWindowChatMemory.builder().build();
			ChatMemory untracedMemory = MessageWindowChatMemory.builder().build();
			for (boolean traced : new boolean[] { true, false }) {
				this.model.callsTool("clock", "{}").says("noon").says("I said noon");
				MessageChatMemoryAdvisor advisor = MessageChatMemoryAdvisor.builder(traced ? memory : untracedMemory)
					.order(order)
					.build();
				UnaryOperator<ChatClient.Builder> defaults = (client) -> client.defaultAdvisors(advisor)
					.defaultAdvisors((advisors) -> advisors.param(ChatMemory.CONVERSATION_ID, "1"))
					.defaultSystem("Be kind")
					.defaultTools(CLOCK);
				BiConsumer<ChatClient, ProjectTracer> work = (chat, tracer) -> {
					assertThat(chat.prompt("time?").call().content()).isEqualTo("noon");
					assertThat(chat.prompt("what did you say?").call().content()).isEqualTo("I said noon");
				};
				if (traced) {
					run(defaults, work);
				}
				else {
					work.accept(defaults.apply(ChatClient.builder(this.model)).build(), null);
				}
			}
			assertThat(memory.get("1")).isEqualTo(untracedMemory.get("1"));
			List<Prompt> prompts = this.model.prompts();
			for (int i = 0; i < 3; i++) {
				assertThat(prompts.get(i).getInstructions()).isEqualTo(prompts.get(i + 3).getInstructions());
			}
			prompts.clear();
		}
		assertThat(this.receiver.awaitSpans(12)).extracting(ReceivedSpan::type)
			.containsExactly("llm", "tool", "llm", "task", "llm", "task", "llm", "tool", "llm", "task", "llm", "task");
	}

	@Test
	void toolThatReturnsDirectlyEndsTheRunWithItsResult() {
		this.model.callsTool("clock", "{}");
		ToolCallback direct = FunctionToolCallback.builder("clock", () -> "noon")
			.toolMetadata(ToolMetadata.builder().returnDirect(true).build())
			.build();
		run((client) -> client.defaultTools(direct),
				(chat, tracer) -> assertThat(chat.prompt("time?").call().content()).isEqualTo("\"noon\""));
		List<ReceivedSpan> spans = this.receiver.awaitSpans(3);
		assertThat(spans).extracting(ReceivedSpan::type).containsExactly("llm", "tool", "task");
		assertThat(spans.get(2).output().asString()).isEqualTo("\"noon\"");
	}

	@Test
	void answerThatIsValidatedAndAskedForAgainIsAFurtherCallOfTheModel() {
		this.model.says("no json").says("{\"city\": \"Paris\"}");
		run((client) -> client, (chat, tracer) -> {
			Place place = chat.prompt("where?").call().entity(Place.class, (entity) -> entity.validateSchema());
			assertThat(place).isEqualTo(new Place("Paris"));
		});
		List<ReceivedSpan> spans = this.receiver.awaitSpans(3);
		assertThat(spans).extracting(ReceivedSpan::type).containsExactly("llm", "llm", "task");
		assertThat(spans.subList(0, 2)).allMatch((span) -> span.isChildOf(spans.get(2)));
	}

	@Test
	void streamInsideASpanHasItsModelCallsBelowItsTask() {
		this.model.callsTool("clock", "{}").says("noon");
		run((client) -> client.defaultTools(CLOCK),
				(chat, tracer) -> tracer.taskSpan("outer")
					.run((span) -> assertThat(chat.prompt("time?").stream().content().collectList().block())
						.containsExactly("noon")));
		List<ReceivedSpan> spans = this.receiver.awaitSpans(5);
		assertThat(spans).extracting(ReceivedSpan::name)
			.containsExactly("Chat Completion", "clock", "Chat Completion", "chat", "outer");
		assertThat(spans.subList(0, 3)).allMatch((span) -> span.isChildOf(spans.get(3)));
		assertThat(spans.get(3).isChildOf(spans.get(4))).isTrue();
	}

	@Test
	void streamThatIsSubscribedToAfterItsSpanIsBelowIt() {
		this.model.says("fine");
		run((client) -> client, (chat, tracer) -> {
			Flux<String> answer = tracer.taskSpan("outer").call((span) -> chat.prompt("hello").stream().content());
			assertThat(answer.blockLast()).isEqualTo("fine");
		});
		List<ReceivedSpan> spans = this.receiver.awaitSpans(3);
		assertThat(spans).extracting(ReceivedSpan::name).containsExactly("outer", "Chat Completion", "chat");
		assertThat(spans.get(1).isChildOf(spans.get(2))).isTrue();
		assertThat(spans.get(2).isChildOf(spans.get(0))).isTrue();
	}

	@Test
	void requestThatIsSentByManyThreadsIsTracedOnceForEach() throws Exception {
		int calls = 200;
		for (int i = 0; i < calls; i++) {
			this.model.says("fine");
		}
		ExecutorService threads = Executors.newFixedThreadPool(8);
		run((client) -> client, (chat, tracer) -> {
			ChatClient.ChatClientRequestSpec request = chat.prompt("hello");
			// Spring AI adds its tool loop advisor at the first call, which is
			// not thread-safe.
			assertThat(request.call().content()).isEqualTo("fine");
			List<Future<String>> answers = new ArrayList<>();
			for (int i = 1; i < calls; i++) {
				answers.add(threads.submit(() -> request.call().content()));
			}
			assertThat(answers).allSatisfy((answer) -> assertThat(answer.get()).isEqualTo("fine"));
		});
		threads.shutdown();
		assertThat(this.receiver.awaitSpans(2 * calls)).hasSize(2 * calls);
	}

	@Test
	void responseThatCannotBeReadReachesTheCallerAllTheSame(CapturedOutput output) {
		ChatResponseMetadata metadata = Mockito.mock(ChatResponseMetadata.class);
		Mockito.when(metadata.getUsage()).thenReturn(new EmptyUsage());
		Mockito.when(metadata.getModel()).thenThrow(new IllegalStateException("secret"));
		ChatResponse strange = new ChatResponse(List.of(new Generation(new AssistantMessage("hi"))), metadata);
		this.model.answers(Flux.just(strange)).answers(Flux.just(strange));
		run((client) -> client, (chat, tracer) -> {
			assertThat(chat.prompt("hello").call().content()).isEqualTo("hi");
			assertThat(chat.prompt("hello").call().content()).isEqualTo("hi");
		});
		assertThat(this.receiver.awaitSpans(4)).extracting(ReceivedSpan::type)
			.containsExactly("llm", "task", "llm", "task");
		assertThat(output).containsOnlyOnce("Spans of the ChatClient 'chat' are incomplete").doesNotContain("secret");
	}

	@Test
	void toolAdvisorWithStateIsMadeForEachRequestAsWithoutTracing() {
		this.model.says("one").says("two");
		List<Integer> counts = new ArrayList<>();
		this.runner
			.withBean(ClientSource.class,
					() -> () -> new DefaultChatClientBuilder(this.model, ObservationRegistry.NOOP, null, null,
							new StatefulAdvisorBuilder(counts))
						.build())
			.withUserConfiguration(OneClient.class)
			.run((context) -> {
				context.getBean(ChatClient.class).prompt("1").call().content();
				context.getBean(ChatClient.class).prompt("2").call().content();
			});
		assertThat(counts).containsExactly(1, 1);
	}

	@Test
	void clientBehindAScopedProxyIsNamedLikeItsBean() {
		this.model.says("fine");
		this.runner.withBean(ScriptedModel.class, () -> this.model)
			.withUserConfiguration(Scoped.class)
			.run((context) -> context.getBean("chat", ChatClient.class).prompt("hello").call().content());
		assertThat(this.receiver.awaitSpans(2)).hasSize(2)
			.extracting(ReceivedSpan::name)
			.containsExactly("Chat Completion", "chat");
	}

	@Test
	void clientIsLeftAloneWhereTheProjectsAreExcluded() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(BraintrustChatAutoConfiguration.class))
			.withBean(ScriptedModel.class, () -> this.model)
			.withUserConfiguration(Scoped.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void requestThatIsSentTwiceIsTracedTwice() {
		this.model.says("one").says("two");
		run((client) -> client, (chat, tracer) -> {
			ChatClient.ChatClientRequestSpec request = chat.prompt("count");
			assertThat(request.call().content()).isEqualTo("one");
			assertThat(request.call().content()).isEqualTo("two");
		});
		assertThat(this.receiver.awaitSpans(4)).extracting(ReceivedSpan::type)
			.containsExactly("llm", "task", "llm", "task");
	}

	@Test
	void advisorBetweenTheLoopAndTheModelIsCalledAndItsSpansAreBelowTheTask() {
		this.model.says("fine");
		run((client) -> client, (chat, tracer) -> {
			CallAdvisor advisor = new SpanningAdvisor(tracer);
			assertThat(chat.prompt("hello").advisors(advisor).call().content()).isEqualTo("fine");
		});
		List<ReceivedSpan> spans = this.receiver.awaitSpans(3);
		assertThat(spans).extracting(ReceivedSpan::name).containsExactly("Chat Completion", "advisor", "chat");
		assertThat(spans.get(0).isChildOf(spans.get(1))).isTrue();
		assertThat(spans.get(1).isChildOf(spans.get(2))).isTrue();
	}

	@Test
	void observationsOfTheApplicationAreTheSameAsWithoutTracing() throws InterruptedException {
		BlockingQueue<String> untraced = new LinkedBlockingQueue<>();
		BlockingQueue<String> traced = new LinkedBlockingQueue<>();
		for (BlockingQueue<String> seen : List.of(untraced, traced)) {
			this.model.callsTool("clock", "{}").says("noon").callsTool("clock", "{}").says("noon");
			ObservationRegistry observations = ObservationRegistry.create();
			observations.observationConfig().observationHandler(new Recorder(seen));
			ChatClient.Builder builder = ChatClient.builder(this.model, observations, null, null).defaultTools(CLOCK);
			BiConsumer<ChatClient, ProjectTracer> work = (chat, tracer) -> {
				chat.prompt("time?").call().content();
				chat.prompt("time?").stream().content().blockLast();
			};
			if (seen == traced) {
				run((ignored) -> builder, work);
			}
			else {
				work.accept(builder.build(), null);
			}
		}
		// Two model calls, a tool, the tool loop and the client, for the call and for the
		// stream. In the stream, they end on several threads, after the caller has the
		// last chunk.
		assertThat(take(traced, 10)).containsExactlyInAnyOrderElementsOf(take(untraced, 10));
		assertThat(traced).isEmpty();
		assertThat(this.receiver.awaitSpans(8)).hasSize(8);
	}

	private static List<String> take(BlockingQueue<String> queue, int count) throws InterruptedException {
		List<String> taken = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			String next = queue.poll(1, TimeUnit.MINUTES);
			assertThat(next).isNotNull();
			taken.add(next);
		}
		return taken;
	}

	@Test
	void derivedClientIsTracedOnceInTheSameProject() {
		this.model.says("fine");
		run((client) -> client, (chat, tracer) -> {
			ChatClient derived = chat.mutate().build().prompt().mutate().defaultSystem("Be kind").build();
			assertThat(derived.prompt("hello").call().content()).isEqualTo("fine");
		});
		assertThat(this.receiver.awaitSpans(2)).extracting(ReceivedSpan::type).containsExactly("llm", "task");
	}

	@Test
	void callThatIsMadeAgainBehavesAsWithoutTracing() {
		List<String> outcomes = new ArrayList<>();
		for (boolean traced : new boolean[] { false, true }) {
			this.model.says("one").says("two").says("three");
			BiConsumer<ChatClient, ProjectTracer> work = (chat, tracer) -> {
				ChatClient.CallResponseSpec call = chat.prompt("hello").call();
				outcomes.add(call.content());
				outcomes.add(call.content());
				assertThatIllegalStateException().isThrownBy(call::content)
					.withMessage("No CallAdvisors available to execute");
			};
			if (traced) {
				run((client) -> client, work);
			}
			else {
				work.accept(ChatClient.create(this.model), null);
				this.model.stream(new Prompt("take the third")).blockLast();
			}
		}
		assertThat(outcomes).containsExactly("one", "two", "one", "two");
	}

	@Test
	void classThatAToolMissesDoesNotSwitchTheProjectOff(CapturedOutput output) {
		ToolDefinition definition = CLOCK.getToolDefinition();
		ToolCallback tool = Mockito.mock(ToolCallback.class);
		// The request reads the name first, then the span reads the whole definition.
		Mockito.when(tool.getToolDefinition())
			.thenReturn(definition)
			.thenThrow(new NoClassDefFoundError("com/example/Clock"))
			.thenReturn(definition);
		this.model.says("fine").says("fine");
		run((client) -> client, (chat, tracer) -> {
			assertThat(chat.prompt("hello").tools(tool).call().content()).isEqualTo("fine");
			assertThat(chat.prompt("hello").call().content()).isEqualTo("fine");
		});
		assertThat(this.receiver.awaitSpans(4)).hasSize(4);
		assertThat(output).doesNotContain("do not fit together");
	}

	@Test
	void checkedExceptionThatAnAdvisorDoesNotDeclareComesOutAsItIs() {
		IOException failure = new IOException("as advisors in Kotlin throw");
		run((client) -> client.defaultAdvisors(new CountingToolAdvisor() {

			@Override
			public ChatClientResponse adviseCall(ChatClientRequest request, CallAdvisorChain chain) {
				throw ProjectChatClientTests.<RuntimeException>undeclared(failure);
			}

		}), (chat, tracer) -> assertThatThrownBy(() -> chat.prompt("hello").call().content()).isSameAs(failure));
		assertThat(this.receiver.awaitSpans(1).get(0).error()).isTrue();
	}

	@SuppressWarnings("unchecked")
	private static <E extends Throwable> E undeclared(Throwable failure) throws E {
		throw (E) failure;
	}

	@Test
	void cancelledStreamEndsItsSpansOnceWithWhatHadArrived() throws InterruptedException {
		CountDownLatch cancelled = new CountDownLatch(1);
		this.model.answers(Flux.just("one ", "two ", "three ")
			.map((text) -> ScriptedModel.response(AssistantMessage.builder().content(text)))
			.concatWith(Flux.never())
			.doOnCancel(cancelled::countDown));
		run((client) -> client,
				(chat, tracer) -> assertThat(chat.prompt("count").stream().content().take(2).collectList().block())
					.containsExactly("one ", "two "));
		cancelled.await();
		List<ReceivedSpan> spans = this.receiver.awaitSpans(2);
		assertThat(spans).hasSize(2).extracting(ReceivedSpan::type).containsExactlyInAnyOrder("llm", "task");
		assertThat(spans).noneMatch(ReceivedSpan::error);
		ReceivedSpan task = spans.get(spans.get(0).type().equals("task") ? 0 : 1);
		assertThat(task.output().asString()).isEqualTo("one two ");
	}

	@Test
	void streamThatIsOpenWhenTheContextClosesEndsItsSpansWithWhatHadArrived() {
		this.model.answers(Flux.just("one ", "two ")
			.map((text) -> ScriptedModel.response(AssistantMessage.builder().content(text)))
			.concatWith(Flux.never()));
		List<String> arrived = new CopyOnWriteArrayList<>();
		Disposable[] stream = new Disposable[1];
		run((client) -> client, (chat, tracer) -> {
			stream[0] = chat.prompt("count").stream().content().subscribe(arrived::add);
			Awaitility.await().until(() -> arrived.size() == 2);
		});
		List<ReceivedSpan> spans = this.receiver.awaitSpans(2);
		assertThat(spans).extracting(ReceivedSpan::type).containsExactly("llm", "task");
		assertThat(spans).noneMatch(ReceivedSpan::error);
		assertThat(spans.get(0).output().at("/0/message/content").asString()).isEqualTo("one two ");
		assertThat(spans.get(1).output().asString()).isEqualTo("one two ");
		stream[0].dispose();
	}

	@Test
	void failingStreamFailsBothSpansBeforeTheCallerSeesTheError() {
		this.model.answers(Flux.just(ScriptedModel.response(AssistantMessage.builder().content("one ")))
			.concatWith(Flux.error(new IllegalArgumentException("cut off"))));
		run((client) -> client,
				(chat, tracer) -> assertThatThrownBy(() -> chat.prompt("count").stream().content().blockLast())
					.isInstanceOf(IllegalArgumentException.class)
					.hasMessage("cut off"));
		List<ReceivedSpan> spans = this.receiver.awaitSpans(2);
		assertThat(spans).extracting(ReceivedSpan::type).containsExactly("llm", "task");
		assertThat(spans).allMatch(ReceivedSpan::error).allMatch((span) -> span.statusMessage().equals("cut off"));
		assertThat(spans.get(0).output().at("/0/message/content").asString()).isEqualTo("one ");
	}

	@Test
	void allWaysToDeclareAClientAreFound() {
		this.model.says("1").says("2").says("3").says("4").says("5").says("6");
		this.runner.withBean(ScriptedModel.class, () -> this.model).withUserConfiguration(Ways.class).run((context) -> {
			for (String name : List.of("staticChat", "lazyChat", "prototypeChat", "factoryChat", "objectChat")) {
				((ChatClient) context.getBean(name)).prompt(name).call().content();
			}
			context.getBean("builder", ChatClient.Builder.class).build().prompt("builder").call().content();
		});
		List<ReceivedSpan> spans = this.receiver.awaitSpans(12);
		assertThat(spans).filteredOn((span) -> span.type().equals("task"))
			.extracting(ReceivedSpan::name)
			.containsExactly("staticChat", "lazyChat", "prototypeChat", "factoryChat", "objectChat", "builder");
		assertThat(spans).allMatch((span) -> span.parent().equals("project_name:Support Agent"));
	}

	@Test
	void clientMovesToTheProjectOfItsOwnAnnotation() {
		this.model.says("fine");
		this.runner.withBean(ScriptedModel.class, () -> this.model)
			.withUserConfiguration(Moving.class)
			.run((context) -> context.getBean(ChatClient.class).prompt("hello").call().content());
		assertThat(this.receiver.awaitSpans(2)).hasSize(2).allMatch((span) -> span.parent().equals("project_id:r-1"));
	}

	@Test
	void clientThatSpringAiDidNotMakeIsLeftAloneAndSaidOnce(CapturedOutput output) {
		this.runner.withBean(ClientSource.class, () -> StrangeClient::new)
			.withUserConfiguration(OneClient.class)
			.run((context) -> {
				ChatClient chat = context.getBean(ChatClient.class);
				assertThat(chat.prompt()).isNull();
				assertThat(chat.prompt("hello")).isNull();
			});
		assertThat(output.toString().split("is not traced", -1)).hasSize(2);
	}

	@Test
	void clientOfAProjectThatIsOffWorksAndRecordsNothing() {
		this.model.says("fine").says("fine");
		this.runner.withPropertyValues("braintrust.projects.support.enabled=false")
			.withBean(ScriptedModel.class, () -> this.model)
			.withUserConfiguration(Ways.class)
			.run((context) -> {
				ChatClient chat = context.getBean("staticChat", ChatClient.class);
				assertThat(chat.prompt("hello").call().content()).isEqualTo("fine");
				assertThat(chat.prompt("hello").stream().content().blockLast()).isEqualTo("fine");
			});
		assertThat(this.receiver.requests()).isEmpty();
	}

	private void run(UnaryOperator<ChatClient.Builder> defaults, BiConsumer<ChatClient, ProjectTracer> work) {
		this.runner.withBean(ClientSource.class, () -> () -> defaults.apply(ChatClient.builder(this.model)).build())
			.withUserConfiguration(OneClient.class)
			.run((context) -> work.accept(context.getBean(ChatClient.class),
					context.getBean(BraintrustProjects.class).tracer("support")));
	}

	@Configuration(proxyBeanMethods = false)
	static class Scoped {

		@Bean
		@Scope(scopeName = "prototype", proxyMode = ScopedProxyMode.INTERFACES)
		@BraintrustProject("support")
		ChatClient chat(ScriptedModel model) {
			return ChatClient.create(model);
		}

	}

	static class StatefulAdvisorBuilder extends ToolCallingAdvisor.Builder<StatefulAdvisorBuilder> {

		private final List<Integer> counts;

		StatefulAdvisorBuilder(List<Integer> counts) {
			this.counts = counts;
		}

		@Override
		protected ToolCallingAdvisor.Builder<?> newCopy() {
			return new StatefulAdvisorBuilder(this.counts);
		}

		@Override
		public ToolCallingAdvisor build() {
			return new CountingToolAdvisor() {

				@Override
				protected ChatClientResponse doFinalizeLoop(ChatClientResponse response, CallAdvisorChain chain) {
					StatefulAdvisorBuilder.this.counts.add(this.calls);
					return response;
				}

			};
		}

	}

	record Place(String city) {
	}

	static class StrangeClient implements ChatClient {

		@Override
		public ChatClientRequestSpec prompt() {
			return null;
		}

		@Override
		public ChatClientRequestSpec prompt(String content) {
			return null;
		}

		@Override
		public ChatClientRequestSpec prompt(Prompt prompt) {
			return null;
		}

		@Override
		public Builder mutate() {
			return null;
		}

	}

	interface ClientSource {

		ChatClient client();

	}

	@Configuration(proxyBeanMethods = false)
	static class OneClient {

		@Bean
		@BraintrustProject("support")
		ChatClient chat(ClientSource source) {
			return source.client();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Ways {

		@Bean
		@BraintrustProject("support")
		static ChatClient staticChat(ScriptedModel model) {
			return ChatClient.create(model);
		}

		@Bean
		@Lazy
		@BraintrustProject("support")
		ChatClient lazyChat(ScriptedModel model) {
			return ChatClient.create(model);
		}

		@Bean
		@Scope("prototype")
		@BraintrustProject("support")
		ChatClient prototypeChat(ScriptedModel model) {
			return ChatClient.create(model);
		}

		@Bean
		@BraintrustProject("support")
		FactoryBean<ChatClient> factoryChat(ScriptedModel model) {
			return new FactoryBean<>() {

				@Override
				public ChatClient getObject() {
					return ChatClient.create(model);
				}

				@Override
				public Class<?> getObjectType() {
					return ChatClient.class;
				}

			};
		}

		@Bean
		@BraintrustProject("support")
		Object objectChat(ScriptedModel model) {
			return ChatClient.create(model);
		}

		@Bean
		@BraintrustProject("support")
		ChatClient.Builder builder(ScriptedModel model) {
			return ChatClient.builder(model);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Moving {

		@Bean
		@BraintrustProject("support")
		ChatClient.Builder builder(ScriptedModel model) {
			return ChatClient.builder(model);
		}

		@Bean
		@BraintrustProject("research")
		ChatClient chat(@BraintrustProject("support") ChatClient.Builder builder) {
			return builder.build();
		}

	}

	static class CountingToolAdvisor extends ToolCallingAdvisor {

		int calls;

		CountingToolAdvisor() {
			super(ToolCallingManager.builder().build(), DEFAULT_TOOL_EXECUTION_ELIGIBILITY_CHECKER, DEFAULT_ORDER,
					true);
		}

		@Override
		protected ChatClientRequest doBeforeCall(ChatClientRequest request, CallAdvisorChain chain) {
			this.calls++;
			return request;
		}

	}

	static class SpanningAdvisor implements CallAdvisor {

		private final ProjectTracer tracer;

		SpanningAdvisor(ProjectTracer tracer) {
			this.tracer = tracer;
		}

		@Override
		public ChatClientResponse adviseCall(ChatClientRequest request, CallAdvisorChain chain) {
			return this.tracer.functionSpan("advisor").call((span) -> chain.nextCall(request));
		}

		@Override
		public String getName() {
			return "spanning";
		}

		@Override
		public int getOrder() {
			return 0;
		}

	}

	static class Recorder implements ObservationHandler<Observation.Context> {

		private final BlockingQueue<String> seen;

		Recorder(BlockingQueue<String> seen) {
			this.seen = seen;
		}

		@Override
		public void onStop(Observation.Context context) {
			Observation.ContextView parent = (context.getParentObservation() != null)
					? context.getParentObservation().getContextView() : null;
			this.seen.add(context.getName() + " " + context.getContextualName() + " " + context.getAllKeyValues()
					+ " in " + ((parent != null) ? parent.getName() + advisor(parent) : "nothing"));
		}

		// A parent has a contextual name only once it has stopped, which may be on
		// another thread.
		private static String advisor(Observation.ContextView parent) {
			KeyValue advisor = parent.getLowCardinalityKeyValue("spring.ai.advisor.name");
			return (advisor != null) ? " " + advisor.getValue() : "";
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

}
