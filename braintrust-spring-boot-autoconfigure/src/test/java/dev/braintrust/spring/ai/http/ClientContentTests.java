package dev.braintrust.spring.ai.http;

import java.util.List;

import com.anthropic.models.messages.MessageCreateParams;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.ai.http.ProviderServer.Answer;
import dev.braintrust.spring.support.PayloadJson;
import dev.braintrust.spring.support.ReceivedSpan;
import dev.braintrust.spring.test.RecordedSpans;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of a project's capture settings for the content of client calls.
 */
class ClientContentTests {

	private static final String CHAT = """
			{"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "gpt-4o-mini",
			"choices": [{"index": 0, "finish_reason": "tool_calls", "message": {"role": "assistant",
			"content": "user 4711", "tool_calls": [{"id": "call_1", "type": "function", "function": {"name": "lookup",
			"arguments": "{\\"user\\": \\"4711\\"}"}}]}}],
			"usage": {"prompt_tokens": 20, "completion_tokens": 5, "total_tokens": 25}}""";

	private static final String MESSAGE = """
			{"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-haiku-4-5",
			"content": [{"type": "thinking", "thinking": "who is 4711", "signature": "abc"},
			{"type": "text", "text": "user 4711"},
			{"type": "tool_use", "id": "toolu_1", "name": "lookup", "input": {"4711": "4711"}}],
			"stop_reason": "tool_use", "usage": {"input_tokens": 9, "output_tokens": 3}}""";

	private final ProviderServer server = new ProviderServer();

	@AfterEach
	void close() {
		this.server.close();
	}

	private List<ReceivedSpan> spans(String... properties) {
		this.server.answers(Answer.json(200, CHAT), Answer.json(200, MESSAGE));
		try (TracedSdkApplication application = new TracedSdkApplication(Filtered.class, properties)) {
			ask(application.projects());
			return application.spans();
		}
	}

	private void ask(BraintrustProjects projects) {
		projects.instrument("support", SdkClientFactory.openAi(this.server.url()))
			.chat()
			.completions()
			.create(ChatCompletionCreateParams.builder()
				.model("gpt-4o-mini")
				.addSystemMessage("Be brief.")
				.addUserMessage("I am user 4711")
				.build());
		projects.instrument("support", SdkClientFactory.anthropic(this.server.url()))
			.messages()
			.create(MessageCreateParams.builder()
				.model("claude-haiku-4-5")
				.maxTokens(9)
				.system("Be brief.")
				.addUserMessage("I am user 4711")
				.build());
	}

	@Test
	void filtersSeeTextsAndArgumentsAndNoNames() {
		List<ReceivedSpan> spans = spans();
		assertThat(spans).hasSize(2).noneMatch((span) -> span.attributes().toString().contains("4711"));
		assertThat(spans.get(0).json("braintrust.input_json")).hasToString(
				"[{\"content\":\"Be brief.\",\"role\":\"system\"},{\"content\":\"I am user ****\",\"role\":\"user\"}]");
		assertThat(spans.get(0).json("braintrust.output_json").at("/0/message/tool_calls/0/function/name").asString())
			.isEqualTo("lookup");
		assertThat(spans.get(1).json("braintrust.output_json").at("/content/2/input"))
			.hasToString("{\"****\":\"****\"}");
	}

	@Test
	void whatIsNotCapturedIsNotSent() {
		List<ReceivedSpan> spans = spans("braintrust.capture.input=false", "braintrust.capture.output=false");
		assertThat(spans).hasSize(2)
			.noneMatch((span) -> span.has("braintrust.input_json") || span.has("braintrust.output_json"))
			.allMatch((span) -> span.metrics().has("prompt_tokens"));
	}

	@Test
	void messagesAreThoseOfTheConventionsToo() {
		List<ReceivedSpan> spans = spans("braintrust.capture.format=gen-ai");
		assertThat(spans).hasSize(2).allSatisfy((span) -> {
			assertThat(PayloadJson.errors("input-messages", span.json("gen_ai.input.messages").toString())).isEmpty();
			assertThat(PayloadJson.errors("output-messages", span.json("gen_ai.output.messages").toString())).isEmpty();
			assertThat(span.attributes()).containsEntry("gen_ai.operation.name", "chat");
			assertThat(span.json("gen_ai.output.messages").at("/0/finish_reason").asString()).isEqualTo("tool_call");
		});
		assertThat(spans.get(1).json("gen_ai.output.messages").at("/0/parts")).hasSize(3);
	}

	@Test
	void fieldThatIsTooLargeIsCut() {
		List<ReceivedSpan> spans = spans("braintrust.capture.max-field-size=1KB");
		this.server.answers(Answer.json(200, CHAT.replace("user 4711", "x".repeat(5000))));
		assertThat(spans).hasSize(2);
		try (TracedSdkApplication application = new TracedSdkApplication("braintrust.capture.max-field-size=1KB")) {
			application.projects()
				.instrument("support", SdkClientFactory.openAi(this.server.url()))
				.chat()
				.completions()
				.create(ChatCompletionCreateParams.builder().model("gpt-4o-mini").addUserMessage("What?").build());
			assertThat(application.spans().get(0).json("braintrust.output_json").at("/0/message/content").asString())
				.endsWith("… [cut, 5000 characters]");
		}
	}

	@Test
	void recordedSpansShowThem() {
		this.server.answers(Answer.json(200, CHAT), Answer.json(200, MESSAGE));
		RecordedSpans spans = new RecordedSpans();
		ask(spans.projects("support"));
		assertThat(spans.of("support")).hasSize(2)
			.allMatch((span) -> span.type().equals("llm") && span.metrics().has("prompt_tokens"));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Filtered {

		@Bean
		ContentFilter users() {
			return (text, field) -> text.replace("4711", "****").replace("lookup", "****");
		}

	}

}
