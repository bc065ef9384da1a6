package dev.braintrust.spring.ai.http;

import java.util.List;

import com.openai.client.OpenAIClient;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.braintrust.spring.ai.http.ProviderServer.Answer;
import dev.braintrust.spring.support.ReceivedSpan;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of the calls of a client of OpenAI's SDK.
 */
class OpenAiClientTests {

	private static final String ANSWER = """
			{"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "gpt-4o-mini-2024-07-18",
			"choices": [{"index": 0, "message": {"role": "assistant", "content": "Paris.", "refusal": null},
			"logprobs": null, "finish_reason": "stop"}],
			"usage": {"prompt_tokens": 20, "completion_tokens": 5, "total_tokens": 25,
			"prompt_tokens_details": {"cached_tokens": 8}}}""";

	private static TracedSdkApplication application;

	private final ProviderServer server = new ProviderServer();

	@BeforeAll
	static void start() {
		application = new TracedSdkApplication();
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	private OpenAIClient client() {
		return SdkClientFactory.openAi(this.server.url());
	}

	private static ChatCompletionCreateParams question() {
		return ChatCompletionCreateParams.builder()
			.model("gpt-4o-mini")
			.temperature(0.5)
			.addSystemMessage("Be brief.")
			.addUserMessage("What is the capital of France?")
			.build();
	}

	@Test
	void callIsASpan() {
		this.server.answers(Answer.json(200, ANSWER));
		List<ReceivedSpan> spans = application.run("support", (projects) -> {
			ChatCompletion answer = projects.instrument("support", client()).chat().completions().create(question());
			assertThat(answer.choices().get(0).message().content()).contains("Paris.");
		});
		assertThat(spans).hasSize(1);
	}

}
