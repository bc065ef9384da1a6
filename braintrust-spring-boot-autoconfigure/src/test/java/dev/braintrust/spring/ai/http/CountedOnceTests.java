package dev.braintrust.spring.ai.http;

import java.util.List;

import com.openai.client.OpenAIClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ai.http.ProviderServer.Answer;
import dev.braintrust.spring.support.ReceivedSpan;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that a model call has only one span if it passes several traced clients.
 */
class CountedOnceTests {

	private static final String ANSWER = """
			{"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "gpt-4o-mini-2024-07-18",
			"choices": [{"index": 0, "message": {"role": "assistant", "content": "Paris.", "refusal": null},
			"logprobs": null, "finish_reason": "stop"}],
			"usage": {"prompt_tokens": 20, "completion_tokens": 5, "total_tokens": 25}}""";

	private static final String EVENTS = """
			data: {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4o-mini", \
			"choices": [{"index": 0, "delta": {"role": "assistant", "content": "Paris."}, "finish_reason": "stop"}]}

			data: [DONE]

			""";

	private TracedSdkApplication application;

	private final ProviderServer server = new ProviderServer();

	@BeforeEach
	void start() {
		this.application = new TracedSdkApplication();
	}

	@AfterEach
	void stop() {
		this.application.close();
		this.server.close();
	}

	private ChatClient chatClient(BraintrustProjects projects, String chat, String sdk) {
		return projects.instrument(chat, ChatClient.create(model(projects, sdk)));
	}

	private ChatModel model(BraintrustProjects projects, String sdk) {
		OpenAIClient client = projects.instrument(sdk, SdkClientFactory.openAi(this.server.url()));
		return OpenAiChatModel.builder()
			.openAiClient(client)
			.openAiClientAsync(client.async())
			.options(OpenAiChatOptions.builder().model("gpt-4o-mini").build())
			.build();
	}

	@Test
	void callOfAChatClientIsCountedOnce() {
		this.server.answers(Answer.json(200, ANSWER));
		List<ReceivedSpan> spans = this.application.run("support",
				(projects) -> chatClient(projects, "support", "support").prompt("What?").call().content());
		assertThat(spans).extracting(ReceivedSpan::name).containsExactly("Chat Completion", "support");
	}

	@Test
	void streamOfAChatClientIsCountedOnce() {
		this.server.answers(Answer.events(EVENTS));
		List<ReceivedSpan> spans = this.application.run("support", (
				projects) -> chatClient(projects, "support", "support").prompt("What?").stream().content().blockLast());
		assertThat(spans).extracting(ReceivedSpan::name).containsExactly("Chat Completion", "support");
	}

	@Test
	void callAndStreamOfAModelAreCountedOnce() {
		this.server.answers(Answer.json(200, ANSWER), Answer.events(EVENTS));
		List<ReceivedSpan> spans = this.application.run("support", (projects) -> {
			ChatModel model = projects.instrument("support", model(projects, "support"));
			model.call(new Prompt("What?"));
			model.stream(new Prompt("What?")).blockLast();
		});
		assertThat(spans).extracting(ReceivedSpan::name).containsExactly("Chat Completion", "Chat Completion");
		assertThat(this.application.spans()).hasSize(3);
	}

	@Test
	void whoReceivesAStreamIsNotInsideOfIt() {
		this.server.answers(Answer.events(EVENTS), Answer.json(200, ANSWER));
		List<ReceivedSpan> spans = this.application.run("support", (projects) -> {
			OpenAIClient client = projects.instrument("support", SdkClientFactory.openAi(this.server.url()));
			chatClient(projects, "support", "support").prompt("What?")
				.stream()
				.content()
				.doOnNext((text) -> ask(client))
				.blockLast();
		});
		assertThat(spans).extracting(ReceivedSpan::name)
			.containsExactlyInAnyOrder("Chat Completion", "Chat Completion", "support");
	}

	@Test
	void clientOfAnotherProjectBelowAChatClientIsCountedThereToo() {
		this.server.answers(Answer.json(200, ANSWER), Answer.events(EVENTS));
		List<ReceivedSpan> spans = this.application.run("support", (projects) -> {
			ChatClient client = chatClient(projects, "support", "billing");
			client.prompt("What?").call().content();
			client.prompt("What?").stream().content().blockLast();
		});
		assertThat(spans).extracting(ReceivedSpan::name)
			.containsExactlyInAnyOrder("Chat Completion", "support", "Chat Completion", "support");
		assertThat(this.application.spans())
			.filteredOn((span) -> span.attributes().get("braintrust.parent").equals("project_name:Billing Agent"))
			.extracting(ReceivedSpan::name)
			.containsExactly("Chat Completion", "Chat Completion");
	}

	@Test
	void spanThatTheApplicationMakesForACallIsTheOnlyOne() {
		this.server.answers(Answer.json(200, ANSWER));
		List<ReceivedSpan> spans = this.application.run("support",
				(projects) -> projects.tracer("support")
					.llmSpan("own")
					.run((span) -> ask(projects.instrument("support", SdkClientFactory.openAi(this.server.url())))));
		assertThat(spans).extracting(ReceivedSpan::name).containsExactly("own");
	}

	@Test
	void clientThatIsTracedAgainStaysAsItIs() {
		BraintrustProjects projects = this.application.projects();
		OpenAIClient client = projects.instrument("support", SdkClientFactory.openAi(this.server.url()));
		assertThat(projects.instrument("support", client)).isSameAs(client);
	}

	@Test
	void clientMovesToAnotherProjectWithWhatIsMadeOfIt() {
		this.server.answers(Answer.json(200, ANSWER), Answer.json(200, ANSWER), Answer.json(200, ANSWER));
		BraintrustProjects projects = this.application.projects();
		OpenAIClient client = projects.instrument("support", SdkClientFactory.openAi(this.server.url()));
		ask(projects.instrument("billing", client));
		ask(projects.instrument("billing", client.withOptions((options) -> options.maxRetries(1))));
		ask(client);
		assertThat(this.application.spans()).extracting((span) -> span.attributes().get("braintrust.parent"))
			.containsExactlyInAnyOrder("project_name:Billing Agent", "project_name:Billing Agent",
					"project_name:Support Agent");
	}

	@Test
	void clientOfAProjectThatIsOffIsUntouched() {
		BraintrustProjects projects = this.application.projects();
		OpenAIClient client = SdkClientFactory.openAi(this.server.url());
		assertThat(projects.instrument("idle", client)).isSameAs(client);
		assertThat(projects.instrument("idle", projects.instrument("support", client))).isSameAs(client);
	}

	private static void ask(OpenAIClient client) {
		client.chat()
			.completions()
			.create(ChatCompletionCreateParams.builder().model("gpt-4o-mini").addUserMessage("What?").build());
	}

}
