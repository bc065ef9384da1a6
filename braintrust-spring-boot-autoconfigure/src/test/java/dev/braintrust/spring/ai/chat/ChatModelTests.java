package dev.braintrust.spring.ai.chat;

import java.util.List;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustChatAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustModelAutoConfiguration;
import dev.braintrust.spring.reactor.ReactiveSpans;
import dev.braintrust.spring.support.ScriptedModel;
import dev.braintrust.spring.test.RecordedSpan;
import dev.braintrust.spring.test.RecordedSpans;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.api.AdvisorChain;
import org.springframework.ai.chat.client.advisor.api.BaseAdvisor;
import org.springframework.ai.chat.messages.SystemMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static dev.braintrust.spring.test.BraintrustAssertions.assertThat;
import static dev.braintrust.spring.test.ExpectedSpan.llm;
import static dev.braintrust.spring.test.ExpectedSpan.tool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests of a project's chat model, used directly and by clients.
 */
@ExtendWith(OutputCaptureExtension.class)
class ChatModelTests {

	private final RecordedSpans spans = new RecordedSpans();

	private final BraintrustProjects projects = this.spans.projects("support", "research");

	private final ScriptedModel script = new ScriptedModel();

	private final ChatModel model = this.projects.instrument("support", (ChatModel) this.script);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class,
				BraintrustChatAutoConfiguration.class, BraintrustModelAutoConfiguration.class))
		.withPropertyValues("braintrust.projects.support.name=Support Agent",
				"braintrust.projects.research.name=Research Agent")
		.withBean(RecordedSpans.class, () -> this.spans);

	@Test
	void beanIsTracedByItsInterface() {
		this.runner.withUserConfiguration(Models.class).run((context) -> {
			assertThat(context.getBean(ChatModel.class).call("hello")).isEqualTo("fine");
			assertThat(context.getBean(ChatModel.class).getOptions().getModel()).isEqualTo("scripted");
			assertThat(context.getBean(ChatModel.class)).hasToString(context.getBean(ScriptedModel.class).toString());
		});
		assertThat(this.spans).project("support")
			.hasTrace((trace) -> trace.root()
				.isLike(llm().model("scripted").inputContaining("hello").outputContaining("fine").withoutError()));
		assertThat(this.spans).project("research").hasNoSpans();
	}

	@Test
	void finalClassThatIsDeclaredByItselfStaysAsItIsAndIsSaid(CapturedOutput output) {
		this.runner.withUserConfiguration(ByClass.class)
			.run((context) -> assertThat(context.getBean(ScriptedModel.class)).isNotNull());
		assertThat(output).contains("The bean 'scripted' is not traced into Braintrust: its class "
				+ ScriptedModel.class.getName() + " is final, or has final methods, and the bean is declared by its "
				+ "class. Declare it by its interface: 'public ChatModel scripted()', and inject the interface.");
	}

	@Test
	void eachWayToCallIsOneSpanBelowTheCurrentOne() {
		this.script.says("one").says("two").says("three");
		this.projects.tracer("support").rootSpan("answer").run((span) -> {
			assertThat(this.model.call("first")).isEqualTo("one");
			assertThat(this.model.call(new SystemMessage("be kind"), new UserMessage("second"))).isEqualTo("two");
			assertThat(this.model.call(new Prompt("third")).getResult().getOutput().getText()).isEqualTo("three");
		});
		assertThat(this.spans).project("support")
			.hasTrace((trace) -> trace.root("answer")
				.hasChildren(llm().inputContaining("first").outputContaining("one"),
						llm().inputContaining("second").outputContaining("two"),
						llm().inputContaining("third").outputContaining("three")));
	}

	@Test
	void optionsOfThePromptAreThoseThatAreRecorded() {
		this.script.says("fine");
		this.model.call(new Prompt("hello", ChatOptions.builder().model("other").temperature(0.5).build()));
		RecordedSpan span = this.spans.of("support").get(0);
		assertThat(span.metadata().get("model").asString()).isEqualTo("other");
		assertThat(span.metadata().get("temperature").asDouble()).isEqualTo(0.5);
		assertThat(this.script.prompts().get(0).getOptions().getTemperature()).isEqualTo(0.5);
	}

	@Test
	void promptReachesTheModelAsItIs() {
		this.script.says("fine");
		Prompt prompt = new Prompt("hello");
		this.model.call(prompt);
		assertThat(this.script.prompts().get(0)).isSameAs(prompt);
		assertThat(prompt.getOptions()).isNull();
	}

	@Test
	void eachSubscriptionIsOneSpanWithItsTimeToFirstToken() {
		this.script.says("a", "b").says("c", "d");
		Flux<String> repeated = Flux.defer(() -> this.model.stream("hello"));
		assertThat(repeated.collectList().block()).containsExactly("a", "b");
		assertThat(repeated.collectList().block()).containsExactly("c", "d");
		assertThat(this.spans.of("support")).hasSize(2)
			.allMatch((span) -> span.metrics().has("time_to_first_token"))
			.extracting((span) -> span.output().toString())
			.satisfiesExactly((output) -> assertThat(output).contains("ab"),
					(output) -> assertThat(output).contains("cd"));
	}

	@Test
	void oneStreamThatIsSubscribedToTwiceIsTwoSpans() {
		this.script.says("a");
		Flux<ChatResponse> stream = this.model.stream(new Prompt("hello"));
		stream.blockLast();
		stream.blockLast();
		assertThat(this.spans.of("support")).hasSize(2);
	}

	@Test
	void streamThatFailsIsASpanWithTheErrorAndWhatHasArrived() {
		IllegalStateException failure = new IllegalStateException("overloaded");
		this.script.answers(Flux.concat(new ScriptedModel().says("part").stream(new Prompt("x")), Flux.error(failure)));
		assertThatThrownBy(() -> this.model.stream("hello").blockLast()).isSameAs(failure);
		assertThat(this.spans).project("support")
			.hasTrace((trace) -> trace.root().isLike(llm().failedWith("overloaded").outputContaining("part")));
	}

	@Test
	void streamThatIsCancelledIsASpanWithWhatHasArrived() {
		this.script.says("one", "two", "three");
		assertThat(this.model.stream("hello").take(1).collectList().block()).containsExactly("one");
		assertThat(this.spans).project("support")
			.hasTrace((trace) -> trace.root().isLike(llm().withoutError().outputContaining("one")));
	}

	@Test
	void errorsComeOutAsTheyAre() {
		IllegalStateException failure = new IllegalStateException("overloaded");
		this.script.throwsAtOnce(failure);
		assertThatThrownBy(() -> this.model.call("hello")).isSameAs(failure);
		assertThatThrownBy(() -> this.model.stream("hello")).isSameAs(failure);
		assertThat(this.spans.of("support")).hasSize(2);
		assertThat(this.spans).project("support")
			.hasTrace((trace) -> trace.root().isLike(llm().failedWith("overloaded")));
	}

	@Test
	void streamIsBelowTheSpanThatIsCurrentWhereItIsSentOrSubscribedTo() {
		this.script.says("a").says("b").says("c");
		Flux<String> sent = this.projects.tracer("support").rootSpan("sent").call((span) -> this.model.stream("hello"));
		sent.blockLast();
		Flux<String> elsewhere = this.model.stream("hello");
		this.projects.tracer("support").rootSpan("subscribed").run((span) -> elsewhere.blockLast());
		ReactiveSpans
			.mono(() -> this.projects.tracer("support").rootSpan("reactive"),
					(span) -> Mono.delay(java.time.Duration.ofMillis(1), Schedulers.parallel())
						.thenMany(this.model.stream("hello"))
						.then())
			.block();
		for (String root : List.of("sent", "subscribed", "reactive")) {
			assertThat(this.spans).project("support").hasTrace((trace) -> trace.root(root).hasChild(llm()));
		}
		assertThat(this.spans.of("support")).hasSize(6);
	}

	@ParameterizedTest
	@EnumSource(Way.class)
	void callOfAClientIsCountedOnce(Way way) {
		this.script.says("fine");
		way.ask(client(this.model).build());
		assertThat(llms("support")).hasSize(1);
	}

	@ParameterizedTest
	@EnumSource(Way.class)
	void callsOfAClientWithToolsAreCountedOnce(Way way) {
		this.script.callsTool("now", "{}").says("fine");
		way.ask(client(this.model).defaultToolCallbacks(callback("now", () -> "noon")).build());
		assertThat(llms("support")).hasSize(2);
		assertThat(this.spans.of("support")).hasSize(4);
	}

	@ParameterizedTest
	@EnumSource(Way.class)
	void callOfAClientThroughAnotherModelOfTheApplicationIsCountedOnce(Way way) {
		this.script.says("fine");
		way.ask(client(new Preparing(this.model)).build());
		assertThat(llms("support")).hasSize(1);
		assertThat(this.script.prompts()).allMatch((prompt) -> prompt.getInstructions().size() == 2);
	}

	@ParameterizedTest
	@EnumSource(Way.class)
	void callThatAModelOfTheApplicationMakesForAnotherPurposeIsCounted(Way way) {
		this.script.says("harmless").says("fine");
		way.ask(client(new Guarding(this.model)).build());
		assertThat(llms("support")).hasSize(2).anyMatch((span) -> span.input().toString().contains("harmful"));
	}

	@ParameterizedTest
	@EnumSource(Way.class)
	void callThatAnAdvisorMakesForAnotherPurposeIsCounted(Way way) {
		this.script.says("harmless").says("fine");
		way.ask(client(this.model).defaultAdvisors(new Guard(this.model)).build());
		assertThat(llms("support")).hasSize(2);
		assertThat(this.spans).project("support")
			.hasTrace((trace) -> trace.root("support")
				.hasChild(llm().inputContaining("harmful"))
				.hasChild(llm().outputContaining("fine")));
	}

	@ParameterizedTest
	@EnumSource(Way.class)
	void callThatAToolMakesIsCountedBelowTheTool(Way way) {
		this.script.callsTool("think", "{}").says("thought").says("fine");
		way.ask(client(this.model).defaultToolCallbacks(callback("think", () -> this.model.call("think"))).build());
		assertThat(llms("support")).hasSize(3);
		assertThat(this.spans).project("support")
			.hasTrace(
					(trace) -> trace.root("support").child(tool("think")).hasChild(llm().outputContaining("thought")));
	}

	@ParameterizedTest
	@EnumSource(Way.class)
	void callsOfAClientAreOfItsOwnProjectWhateverProjectTheModelBelongsTo(Way way) {
		this.script.says("fine").says("fine");
		way.ask(this.projects.instrument("research", ChatClient.create(this.model)));
		way.ask(this.projects.instrument("research", ChatClient.create(new Preparing(this.model))));
		assertThat(llms("research")).hasSize(2);
		assertThat(this.spans.of("support")).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(Way.class)
	void clientOfAProjectThatIsOffRecordsNothingByItsModel(Way way) {
		this.script.says("fine");
		this.runner.withPropertyValues("braintrust.projects.research.enabled=false").run((context) -> {
			BraintrustProjects projects = context.getBean(BraintrustProjects.class);
			way.ask(projects.instrument("research",
					ChatClient.create(projects.instrument("support", (ChatModel) this.script))));
		});
		assertThat(this.spans.of("support")).isEmpty();
	}

	@Test
	void clientOfNoProjectIsTracedByItsModel() {
		this.script.says("fine");
		ChatClient.create(this.model).prompt("hello").call().content();
		assertThat(this.spans).project("support").hasTrace((trace) -> trace.root().isLike(llm()));
	}

	@Test
	void instrumentingTwiceChangesNothingAndAnotherProjectTakesTheModel() {
		assertThat(this.projects.instrument("support", this.model)).isSameAs(this.model);
		this.script.says("fine");
		this.projects.instrument("research", this.model).call("hello");
		assertThat(llms("research")).hasSize(1);
		assertThat(this.spans.of("support")).isEmpty();
	}

	@Test
	void modelOfAProjectThatIsOffIsUntouched() {
		this.runner.withPropertyValues("braintrust.projects.support.enabled=false")
			.withUserConfiguration(Models.class)
			.run((context) -> {
				assertThat(context.getBean("supportModel")).isInstanceOf(ScriptedModel.class);
				assertThat(context.getBean(BraintrustProjects.class).instrument("support", (ChatModel) this.script))
					.isSameAs(this.script);
			});
	}

	private ChatClient.Builder client(ChatModel model) {
		return this.projects.instrument("support", ChatClient.builder(model));
	}

	private List<RecordedSpan> llms(String key) {
		return this.spans.of(key).stream().filter((span) -> span.type().equals("llm")).toList();
	}

	private static ToolCallback callback(String name, java.util.function.Supplier<String> work) {
		return FunctionToolCallback.builder(name, work).description(name).build();
	}

	enum Way {

		CALL {

			@Override
			void ask(ChatClient client) {
				assertThat(client.prompt("hello").call().content()).isEqualTo("fine");
			}

		},

		STREAM {

			@Override
			void ask(ChatClient client) {
				assertThat(client.prompt("hello").stream().content().blockLast()).isEqualTo("fine");
			}

		},

		STREAM_ELSEWHERE {

			@Override
			void ask(ChatClient client) {
				assertThat(client.prompt("hello")
					.stream()
					.content()
					.subscribeOn(Schedulers.boundedElastic())
					.publishOn(Schedulers.parallel())
					.blockLast()).isEqualTo("fine");
			}

		};

		abstract void ask(ChatClient client);

	}

	/**
	 * An application's model that extends each prompt.
	 */
	private record Preparing(ChatModel model) implements ChatModel {

		@Override
		public ChatResponse call(Prompt prompt) {
			return this.model.call(prepared(prompt));
		}

		@Override
		public Flux<ChatResponse> stream(Prompt prompt) {
			return Flux.defer(() -> this.model.stream(prepared(prompt)));
		}

		private static Prompt prepared(Prompt prompt) {
			return new Prompt(List.of(new SystemMessage("be kind"), prompt.getLastUserOrToolResponseMessage()),
					prompt.getOptions());
		}

	}

	/**
	 * An application's model that makes another call first.
	 */
	private record Guarding(ChatModel model) implements ChatModel {

		@Override
		public ChatResponse call(Prompt prompt) {
			this.model.call("Is that harmful? " + prompt.getContents());
			return this.model.call(prompt);
		}

		@Override
		public Flux<ChatResponse> stream(Prompt prompt) {
			return Flux.defer(() -> this.model.stream("Is that harmful? " + prompt.getContents()))
				.thenMany(Flux.defer(() -> this.model.stream(prompt)));
		}

	}

	private record Guard(ChatModel model) implements BaseAdvisor {

		@Override
		public ChatClientRequest before(ChatClientRequest request, AdvisorChain chain) {
			this.model.call("Is that harmful? " + request.prompt().getContents());
			return request;
		}

		@Override
		public ChatClientResponse after(ChatClientResponse response, AdvisorChain chain) {
			return response;
		}

		@Override
		public int getOrder() {
			return 0;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Models {

		@Bean
		ScriptedModel scripted() {
			return new ScriptedModel().says("fine");
		}

		@Bean
		@org.springframework.context.annotation.Primary
		@BraintrustProject("support")
		ChatModel supportModel(ScriptedModel model) {
			return model;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ByClass {

		@Bean
		@BraintrustProject("support")
		ScriptedModel scripted() {
			return new ScriptedModel().says("fine");
		}

	}

}
