package dev.braintrust.spring.ai.chat;

import java.util.List;
import java.util.Map;

import dev.braintrust.spring.ai.message.CapturedMessage;
import dev.braintrust.spring.ai.message.ChatChoices;
import dev.braintrust.spring.ai.provider.Provider;
import dev.braintrust.spring.support.PayloadJson;
import org.junit.jupiter.api.Test;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.ChatGenerationMetadata;
import org.springframework.ai.chat.metadata.ChatResponseMetadata;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.chat.metadata.Usage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.content.Media;
import org.springframework.ai.deepseek.DeepSeekAssistantMessage;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ModelAnswer}: the chunks of a stream result in the same output as the
 * response of a call.
 */
class ModelAnswerTests {

	private static final Media IMAGE = Media.builder()
		.mimeType(Media.Format.IMAGE_PNG)
		.data(new byte[] { 1, 2, 3 })
		.name("a.png")
		.build();

	@Test
	void textAndFinishReason() {
		assertSame(named("openai"), response(result("It is 18.", "STOP", Map.of("index", 0L))),
				response(result("", null, Map.of("index", 0L))), response(result("It ", null, Map.of("index", 0L))),
				response(result("is 18.", null, Map.of("index", 0L))),
				response(result("", "STOP", Map.of("index", 0L))));
	}

	@Test
	void choicesInAnyOrder() {
		String json = assertSame(named("openai"),
				response(result("first", "STOP", Map.of("index", 0L)), result("second", "LENGTH", Map.of("index", 1L))),
				response(result("sec", null, Map.of("index", 1L))), response(result("fi", null, Map.of("index", 0L))),
				response(result("ond", "LENGTH", Map.of("index", 1L))),
				response(result("rst", "STOP", Map.of("index", 0L))));
		assertThat(json).containsSubsequence("\"index\":0", "first", "\"index\":1", "second");
	}

	@Test
	void choiceThatIsAloneKeepsItsIndex() {
		assertThat(output(named("openai"), response(result("b", null, Map.of("index", 1L)))))
			.startsWith("[{\"index\":1,")
			.doesNotContain("\"index\":0");
	}

	@Test
	void toolCalls() {
		AssistantMessage.ToolCall a = new AssistantMessage.ToolCall("call_a", "function", "weather", "{}");
		AssistantMessage.ToolCall b = new AssistantMessage.ToolCall("call_b", "function", "time", "{broken");
		assertSame(named("openai"), response(generation(message("").toolCalls(List.of(a, b)), "TOOL_CALLS")),
				response(generation(message(""), null)), response(generation(message("").toolCalls(List.of(a)), null)),
				response(generation(message("").toolCalls(List.of(b)), "TOOL_CALLS")));
	}

	@Test
	void media() {
		assertSame(named(""), response(generation(message("A cat.").media(List.of(IMAGE)), "STOP")),
				response(generation(message("A "), null)),
				response(generation(message("").media(List.of(IMAGE)), null)),
				response(generation(message("cat."), "STOP")));
	}

	@Test
	void refusal() {
		String json = assertSame(named("openai"),
				response(result("", "STOP", Map.of("refusal", "I can't.", "index", 0L))),
				response(result("", null, Map.of("refusal", "", "index", 0L))),
				response(result("", null, Map.of("refusal", "I ", "index", 0L))),
				response(result("", null, Map.of("refusal", "can't.", "index", 0L))),
				response(result("", "STOP", Map.of("refusal", "", "index", 0L))));
		assertThat(json).contains("\"refusal\":\"I can't.\"");
	}

	@Test
	void reasoningThatEachChunkHasWhole() {
		for (Provider provider : List.of(named("openai"), named(""))) {
			String json = assertSame(provider,
					response(result("18", "STOP", Map.of("reasoningContent", "Let me see."))),
					response(result("", null, Map.of("reasoningContent", ""))),
					response(result("", null, Map.of("reasoningContent", "Let me "))),
					response(result("", null, Map.of("reasoningContent", "Let me see."))),
					response(result("1", null, Map.of("reasoningContent", "Let me see."))),
					response(result("8", null, Map.of("reasoningContent", "Let me see."))),
					response(result("", "STOP", Map.of("reasoningContent", "Let me see."))));
			assertThat(json).contains("\"reasoning\":[{\"content\":\"Let me see.\"}]");
		}
	}

	@Test
	void reasoningInFragments() {
		Map<Provider, String> places = Map.of(named("mistralai"), "thinking_content", named("ollama"), "thinking",
				named(""), "reasoningContent");
		places.forEach((provider, place) -> {
			String json = assertSame(provider, response(result("18", "STOP", Map.of(place, "Let me see."))),
					response(result("", null, Map.of(place, "Let me "))),
					response(result("", null, Map.of(place, "see."))), response(result("1", null, Map.of())),
					response(result("8", "STOP", Map.of())));
			assertThat(json).contains("\"reasoning\":[{\"content\":\"Let me see.\"}]");
		});
	}

	@Test
	void reasoningInFragmentsThatBeginAlike() {
		assertThat(reasoning("The", "There", " is", " one")).isEqualTo("TheThere is one");
		assertThat(reasoning("ha", "ha", " so")).isEqualTo("haha so");
		assertThat(reasoning("I", " am", "I", " am too")).isEqualTo("I amI am too");
	}

	@Test
	void reasoningThatIsRepeatedBeforeItGrows() {
		assertThat(reasoning("Let", "Let", "Let me", "Let me see", "Let me see", "Let me see."))
			.isEqualTo("Let me see.");
	}

	private static String reasoning(String... chunks) {
		ModelAnswer answer = new ModelAnswer(named(""));
		for (String chunk : chunks) {
			answer.add(response(result("", null, Map.of("reasoningContent", chunk))));
		}
		return ((CapturedMessage) answer.choices().get(0).message()).reasoning();
	}

	@Test
	void reasoningOfDeepSeek() {
		String json = assertSame(named("deepseek"),
				response(generation(new DeepSeekAssistantMessage("18", "Let me see."), "STOP")),
				response(generation(new DeepSeekAssistantMessage("", "Let me "), null)),
				response(generation(new DeepSeekAssistantMessage("", "see."), null)),
				response(generation(new DeepSeekAssistantMessage("18", null), "STOP")));
		assertThat(json).contains("\"reasoning\":[{\"content\":\"Let me see.\"}]");
	}

	@Test
	void partsOfGooglesCandidatesAreOneChoiceEach() {
		Map<String, Object> thought = Map.of("candidateIndex", 0, "isThought", true);
		Map<String, Object> first = Map.of("candidateIndex", 0, "isThought", false);
		Map<String, Object> second = Map.of("candidateIndex", 1, "isThought", false);
		String json = assertSame(named("google"),
				response(result("Let me see.", "STOP", thought), result("It is ", "STOP", first),
						result("18.", "STOP", first), result("Cold.", "MAX_TOKENS", second)),
				response(result("Let me ", "STOP", thought)), response(result("see.", "STOP", thought)),
				response(result("It is 18.", "STOP", first), result("Cold.", "MAX_TOKENS", second)));
		assertThat(json).isEqualTo("""
				[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"It is 18.",\
				"reasoning":[{"content":"Let me see."}]}},\
				{"index":1,"finish_reason":"length","message":{"role":"assistant","content":"Cold."}}]""");
	}

	@Test
	void emptyThoughtIsNoReasoning() {
		String json = output(named("google"),
				response(result("", "STOP", Map.of("candidateIndex", 0, "isThought", true)),
						result("18", "STOP", Map.of("candidateIndex", 0, "isThought", false))));
		assertThat(json).doesNotContain("reasoning");
	}

	@Test
	void blocksOfBedrocksAnswerAreOneChoice() {
		AssistantMessage.ToolCall call = new AssistantMessage.ToolCall("call_a", "function", "weather", "{}");
		String json = output(named("bedrock"), response(generation(message("I look."), "tool_use"),
				generation(message("").toolCalls(List.of(call)), "tool_use")));
		assertThat(json).startsWith("""
				[{"index":0,"finish_reason":"tool_calls","message":{"role":"assistant","content":"I look.",\
				"tool_calls":[{"id":"call_a",""");
	}

	@Test
	void firstContentIsToldOnce() {
		ModelAnswer answer = new ModelAnswer(named("openai"));
		assertThat(answer.add(null)).isFalse();
		assertThat(answer.add(response(result("", null, Map.of("reasoningContent", ""))))).isFalse();
		assertThat(answer.add(response(result("", null, Map.of("reasoningContent", ""))))).isFalse();
		assertThat(answer.add(response(result("", null, Map.of("reasoningContent", "Let"))))).isTrue();
		assertThat(answer.add(response(result("18", null, Map.of("reasoningContent", "Let"))))).isFalse();
	}

	@Test
	void usageAndModelAreTheLastOnesThatAreReported() {
		ModelAnswer answer = new ModelAnswer(named(""));
		answer.add(response("model-1", new DefaultUsage(0, 0)));
		assertThat(answer.tokens()).isEmpty();
		answer.add(response("model-1", new DefaultUsage(10, 1)));
		answer.add(response("model-1", new DefaultUsage(10, 5)));
		answer.add(response("", new DefaultUsage(0, 0)));
		assertThat(answer.model()).isEqualTo("model-1");
		assertThat(answer.tokens()).isEqualTo(Map.of("prompt_tokens", 10L, "completion_tokens", 5L, "tokens", 15L));
	}

	@Test
	void choicesAreASnapshot() {
		ModelAnswer answer = new ModelAnswer(named("openai"));
		answer.add(response(result("a", null, Map.of())));
		answer.add(response(result("b", null, Map.of())));
		List<ChatChoices.Choice> choices = answer.choices();
		answer.add(response(generation(message("c").media(List.of(IMAGE)), null)));
		assertThat(choices.get(0).message().getText()).isEqualTo("ab");
		assertThat(((CapturedMessage) choices.get(0).message()).media()).isEmpty();
	}

	private static String assertSame(Provider provider, ChatResponse whole, ChatResponse... chunks) {
		String expected = output(provider, whole);
		assertThat(output(provider, chunks)).isEqualTo(expected);
		return expected;
	}

	private static String output(Provider provider, ChatResponse... responses) {
		ModelAnswer answer = new ModelAnswer(provider);
		for (ChatResponse response : responses) {
			answer.add(response);
		}
		return PayloadJson.braintrust(new ChatChoices(answer.choices()));
	}

	// Detected by the options of its models, as in production.
	private static Provider named(String module) {
		return Provider.named(module);
	}

	private static ChatResponse response(Generation... results) {
		return new ChatResponse(List.of(results));
	}

	private static ChatResponse response(String model, Usage usage) {
		return new ChatResponse(List.of(), ChatResponseMetadata.builder().model(model).usage(usage).build());
	}

	private static AssistantMessage.Builder<?> message(String text) {
		return AssistantMessage.builder().content(text);
	}

	private static Generation result(String text, String finishReason, Map<String, Object> metadata) {
		return generation(message(text).properties(metadata), finishReason);
	}

	private static Generation generation(AssistantMessage.Builder<?> message, String finishReason) {
		return generation(message.build(), finishReason);
	}

	private static Generation generation(AssistantMessage message, String finishReason) {
		return new Generation(message, ChatGenerationMetadata.builder().finishReason(finishReason).build());
	}

}
