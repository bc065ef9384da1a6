package dev.braintrust.spring.ai.message;

import java.util.List;
import java.util.Map;

import dev.braintrust.spring.support.PayloadJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.content.Media;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ChatChoices}, in both formats.
 */
class ChatChoicesTests {

	private static final AssistantMessage CALL = AssistantMessage.builder()
		.content("")
		.toolCalls(List.of(new AssistantMessage.ToolCall("call_a", "function", "weather", "{}")))
		.build();

	@Test
	void choicesKeepTheIndexOfTheProvider() {
		ChatChoices choices = new ChatChoices(List.of(new ChatChoices.Choice(0, "STOP", new AssistantMessage("a")),
				new ChatChoices.Choice(2, "LENGTH", new AssistantMessage("c"))));
		assertThat(PayloadJson.braintrust(choices)).isEqualTo("""
				[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"a"}},\
				{"index":2,"finish_reason":"length","message":{"role":"assistant","content":"c"}}]""");
		assertThat(genAi(choices)).isEqualTo("""
				[{"role":"assistant","parts":[{"type":"text","content":"a"}],"finish_reason":"stop"},\
				{"role":"assistant","parts":[{"type":"text","content":"c"}],"finish_reason":"length"}]""");
	}

	@Test
	void toolCallsAreTheReasonToStop() {
		ChatChoices choices = new ChatChoices(List.of(new ChatChoices.Choice(0, "STOP", CALL)));
		assertThat(PayloadJson.braintrust(choices)).isEqualTo("""
				[{"index":0,"finish_reason":"tool_calls","message":{"role":"assistant","content":null,"tool_calls":[\
				{"id":"call_a","type":"function","function":{"name":"weather","arguments":"{}"}}]}}]""");
		assertThat(genAi(choices)).isEqualTo("""
				[{"role":"assistant","parts":[{"type":"tool_call","id":"call_a","name":"weather","arguments":{}}],\
				"finish_reason":"tool_call"}]""");
		assertThat(new ChatChoices.Choice(0, "LENGTH", CALL).finishReason()).isEqualTo("length");
	}

	@Test
	void refusalStandsBesideTheContent() {
		AssistantMessage refusal = AssistantMessage.builder()
			.content("")
			.properties(Map.of("refusal", "I can't help with that."))
			.build();
		ChatChoices choices = new ChatChoices(List.of(new ChatChoices.Choice(0, "STOP", refusal)));
		assertThat(PayloadJson.braintrust(choices)).isEqualTo("""
				[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":null,\
				"refusal":"I can't help with that."}}]""");
		assertThat(genAi(choices)).isEqualTo("""
				[{"role":"assistant","parts":[{"type":"refusal","content":"I can't help with that."}],\
				"finish_reason":"stop"}]""");
	}

	@Test
	void generatedMediaStandsInTheMessage() {
		AssistantMessage spoken = AssistantMessage.builder()
			.content("Hello.")
			.media(List.of(Media.builder()
				.mimeType(Media.Format.IMAGE_PNG)
				.data(new byte[] { 1, 2, 3 })
				.name("a.png")
				.build()))
			.build();
		ChatChoices choices = new ChatChoices(List.of(new ChatChoices.Choice(0, "STOP", spoken)));
		assertThat(PayloadJson.braintrust(choices)).contains("""
				"content":[{"type":"text","text":"Hello."},\
				{"type":"image_url","image_url":{"url":"data:image/png;base64,AQID"}}]""");
		assertThat(genAi(choices)).contains("{\"type\":\"base64_attachment\"");
	}

	@Test
	void unknownReasonIsNullAndHasAWordWhereTheSchemaRequiresOne() {
		ChatChoices choices = new ChatChoices(List.of(new ChatChoices.Choice(0, null, new AssistantMessage("a"))));
		assertThat(PayloadJson.braintrust(choices)).contains("\"finish_reason\":null");
		assertThat(genAi(choices)).contains("\"finish_reason\":\"unknown\"");
	}

	@ParameterizedTest
	@CsvSource({ "STOP,stop", "end_turn,stop", "stop_sequence,stop", "MAX_TOKENS,length", "MODEL_LENGTH,length",
			"tool_use,tool_calls", "TOOL_CALLS,tool_calls", "SAFETY,content_filter", "RECITATION,content_filter",
			"guardrail_intervened,content_filter", "refusal,content_filter", "CONTENT_FILTER,content_filter",
			"pause_turn,pause_turn", "ERROR,error" })
	void reasonsOfProvidersGetOpenAisNames(String reason, String expected) {
		assertThat(new ChatChoices.Choice(0, reason, new AssistantMessage("a")).finishReason()).isEqualTo(expected);
	}

	private static String genAi(ChatChoices choices) {
		String json = PayloadJson.genAi(choices);
		assertThat(PayloadJson.errors("output-messages", json)).isEmpty();
		return json;
	}

}
