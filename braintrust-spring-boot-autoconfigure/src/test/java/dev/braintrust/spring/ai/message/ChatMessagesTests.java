package dev.braintrust.spring.ai.message;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.braintrust.spring.settings.ProjectSettings.CaptureFormat;
import dev.braintrust.spring.support.PayloadJson;
import org.junit.jupiter.api.Test;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.MessageType;
import org.springframework.ai.chat.messages.SystemMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.content.Media;
import org.springframework.util.MimeTypeUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ChatMessages}, in both formats.
 */
class ChatMessagesTests {

	private static final Media IMAGE = Media.builder()
		.mimeType(MimeTypeUtils.IMAGE_PNG)
		.data(new byte[] { 1, 2, 3 })
		.build();

	private static final Media DOCUMENT = Media.builder()
		.mimeType(Media.Format.DOC_PDF)
		.data(new byte[] { 4 })
		.name("invoice.pdf")
		.build();

	private static final Media LINK = Media.builder()
		.mimeType(MimeTypeUtils.IMAGE_JPEG)
		.data(URI.create("https://example.com/cat.jpg"))
		.build();

	@Test
	void rolesAndTextAreWritten() {
		ChatMessages messages = new ChatMessages(List.of(new SystemMessage("Be kind."), new UserMessage("Hi \"you\""),
				new AssistantMessage("Hello"), new UserMessage("")));
		assertThat(PayloadJson.braintrust(messages)).isEqualTo("""
				[{"role":"system","content":"Be kind."},{"role":"user","content":"Hi \\"you\\""},\
				{"role":"assistant","content":"Hello"},{"role":"user","content":""}]""");
		assertThat(genAi(messages)).isEqualTo("""
				[{"role":"system","parts":[{"type":"text","content":"Be kind."}]},\
				{"role":"user","parts":[{"type":"text","content":"Hi \\"you\\""}]},\
				{"role":"assistant","parts":[{"type":"text","content":"Hello"}]},{"role":"user","parts":[]}]""");
	}

	@Test
	void mediaStandsInTheContentInItsPlace() {
		ChatMessages messages = new ChatMessages(
				List.of(UserMessage.builder().text("What?").media(IMAGE, DOCUMENT, LINK).build()));
		assertThat(PayloadJson.braintrust(messages)).isEqualTo("""
				[{"role":"user","content":[{"type":"text","text":"What?"},\
				{"type":"image_url","image_url":{"url":"data:image/png;base64,AQID"}},\
				{"type":"file","file":{"filename":"invoice.pdf","file_data":"data:application/pdf;base64,BA=="}},\
				{"type":"image_url","image_url":{"url":"https://example.com/cat.jpg"}}]}]""");
		assertThat(genAi(messages)).isEqualTo("""
				[{"role":"user","parts":[{"type":"text","content":"What?"},\
				{"type":"base64_attachment","content":"data:image/png;base64,AQID"},\
				{"type":"base64_attachment","content":"data:application/pdf;base64,BA=="},\
				{"type":"uri","mime_type":"image/jpeg","modality":"image","uri":"https://example.com/cat.jpg"}]}]""");
	}

	@Test
	void noBytesAreWrittenWhereTheyAreNotRecorded() {
		Media dataUrl = Media.builder()
			.mimeType(MimeTypeUtils.IMAGE_PNG)
			.data("data:image/png;base64,AQIDBA==")
			.build();
		ChatMessages messages = new ChatMessages(
				List.of(UserMessage.builder().text("What?").media(IMAGE, dataUrl, LINK).build()));
		for (CaptureFormat format : List.of(CaptureFormat.BRAINTRUST, CaptureFormat.GEN_AI)) {
			assertThat(PayloadJson.withoutBytes(messages, format)).contains("[image/png, attachment.png, 3 bytes]")
				.contains("[image/png, attachment.png, 4 bytes]")
				.contains("https://example.com/cat.jpg")
				.doesNotContain("AQID");
		}
	}

	@Test
	void toolCallsKeepTheirIdsAndTheirArgumentsAsTheyAre() {
		ChatMessages messages = new ChatMessages(List.of(
				AssistantMessage.builder()
					.content("")
					.toolCalls(List.of(call("call_a", "weather", "{\"city\": \"Paris\"}"),
							call("call_b", "time", "{broken")))
					.build(),
				results(new ToolResponseMessage.ToolResponse("call_a", "weather", "{\"degrees\": 18}"),
						new ToolResponseMessage.ToolResponse("call_b", "time", "no such tool"))));
		assertThat(PayloadJson.braintrust(messages)).isEqualTo(
				"""
						[{"role":"assistant","content":null,"tool_calls":[\
						{"id":"call_a","type":"function","function":{"name":"weather","arguments":"{\\"city\\": \\"Paris\\"}"}},\
						{"id":"call_b","type":"function","function":{"name":"time","arguments":"{broken"}}]},\
						{"role":"tool","tool_call_id":"call_a","content":"{\\"degrees\\": 18}"},\
						{"role":"tool","tool_call_id":"call_b","content":"no such tool"}]""");
		assertThat(genAi(messages)).isEqualTo("""
				[{"role":"assistant","parts":[\
				{"type":"tool_call","id":"call_a","name":"weather","arguments":{"city": "Paris"}},\
				{"type":"tool_call","id":"call_b","name":"time","arguments":"{broken"}]},\
				{"role":"tool","parts":[{"type":"tool_call_response","id":"call_a","response":{"degrees": 18}},\
				{"type":"tool_call_response","id":"call_b","response":"no such tool"}]}]""");
	}

	@Test
	void callsWithoutAnIdAreNumberedInTheConversation() {
		List<Message> messages = List.of(
				AssistantMessage.builder()
					.content("")
					.toolCalls(List.of(call("", "a", "{}"), call("", "b", "{}")))
					.build(),
				results(new ToolResponseMessage.ToolResponse("", "a", "1"),
						new ToolResponseMessage.ToolResponse("", "b", "2")),
				AssistantMessage.builder().content("").toolCalls(List.of(call("", "c", "{}"))).build(),
				results(new ToolResponseMessage.ToolResponse("", "c", "3")));
		String json = PayloadJson.braintrust(new ChatMessages(messages));
		assertThat(json).containsSubsequence("\"id\":\"call_1\"", "\"id\":\"call_2\"", "\"tool_call_id\":\"call_1\"",
				"\"tool_call_id\":\"call_2\"", "\"id\":\"call_3\"", "\"tool_call_id\":\"call_3\"");
		assertThat(ChatMessages.callsWithoutId(messages)).isEqualTo(3);
		AssistantMessage next = AssistantMessage.builder().content("").toolCalls(List.of(call("", "d", "{}"))).build();
		ChatChoices answer = new ChatChoices(List.of(new ChatChoices.Choice(0, "STOP", next)), messages);
		assertThat(PayloadJson.braintrust(answer)).contains("\"id\":\"call_4\"");
		assertThat(PayloadJson.genAi(answer)).contains("\"id\":\"call_4\"");
	}

	@Test
	void messagesThatChangeLaterAreWrittenAsTheyWere() {
		UserMessage question = UserMessage.builder().text("What?").media(IMAGE).build();
		List<AssistantMessage.ToolCall> calls = new ArrayList<>(List.of(call("call_a", "weather", "{}")));
		List<Media> media = new ArrayList<>(List.of(DOCUMENT));
		List<Object> thoughts = new ArrayList<>(List.of(Map.of("thinking", "Let me see.")));
		AssistantMessage answer = AssistantMessage.builder()
			.content("18")
			.properties(Map.of("refusal", "I may not.", "anthropicThinkingContents", thoughts))
			.toolCalls(calls)
			.media(media)
			.build();
		List<ToolResponseMessage.ToolResponse> responses = new ArrayList<>(
				List.of(new ToolResponseMessage.ToolResponse("call_a", "weather", "18")));
		ToolResponseMessage results = ToolResponseMessage.builder().responses(responses).build();
		ChatMessages messages = new ChatMessages(List.of(question, answer, results));
		ChatChoices choices = new ChatChoices(List.of(new ChatChoices.Choice(0, "STOP", answer)));
		List<String> before = written(messages, choices);
		question.getMedia().clear();
		calls.clear();
		media.clear();
		thoughts.clear();
		answer.getMetadata().clear();
		responses.clear();
		assertThat(written(messages, choices)).isEqualTo(before);
		assertThat(before.get(0)).contains("AQID", "call_a", "invoice.pdf", "Let me see.", "I may not.",
				"\"content\":\"18\"");
	}

	private static List<String> written(ChatMessages messages, ChatChoices choices) {
		return List.of(PayloadJson.braintrust(messages), genAi(messages), PayloadJson.braintrust(choices),
				PayloadJson.genAi(choices));
	}

	@Test
	void messagesOfTextAloneAreNotCopied() {
		Message answer = AssistantMessage.builder().content("18").properties(Map.of("id", "1", "refusal", "")).build();
		Message question = new UserMessage("What?");
		assertThat(CapturedMessage.of(answer)).isSameAs(answer);
		assertThat(CapturedMessage.of(question)).isSameAs(question);
	}

	@Test
	void metadataThatMayBeLargeIsNotHeld() {
		String large = "x".repeat(1000);
		for (Object value : List.of(large, new StringBuilder(large), List.of(large), Map.of("a", large), new byte[9])) {
			Map<String, Object> metadata = Map.of("document", value);
			List<Message> messages = List.of(UserMessage.builder().text("18").metadata(metadata).build(),
					SystemMessage.builder().text("18").metadata(metadata).build(),
					AssistantMessage.builder().content("18").properties(metadata).build());
			for (Message message : messages) {
				Message captured = CapturedMessage.of(message);
				assertThat(captured).isNotSameAs(message);
				assertThat(captured.getMetadata()).isEmpty();
				assertThat(PayloadJson.braintrust(new ChatMessages(List.of(message))))
					.isEqualTo("[{\"role\":\"" + message.getMessageType().getValue() + "\",\"content\":\"18\"}]");
			}
		}
	}

	@Test
	void messageOfAToolThatIsOfNoClassOfSpringAiIsKept() {
		Message own = new Message() {
			@Override
			public MessageType getMessageType() {
				return MessageType.TOOL;
			}

			@Override
			public String getText() {
				return "18";
			}

			@Override
			public Map<String, Object> getMetadata() {
				return Map.of();
			}
		};
		assertThat(PayloadJson.braintrust(new ChatMessages(List.of(own))))
			.isEqualTo("[{\"role\":\"tool\",\"content\":\"18\"}]");
	}

	@Test
	void reasoningOfEarlierTurnsIsKept() {
		for (String place : List.of("reasoningContent", "thinking_content", "thinking")) {
			ChatMessages messages = new ChatMessages(List.of(AssistantMessage.builder()
				.content("18")
				.properties(Map.of("id", "1", place, "Let me see."))
				.build()));
			assertThat(PayloadJson.braintrust(messages)).isEqualTo("""
					[{"role":"assistant","content":"18","reasoning":[{"content":"Let me see."}]}]""");
			assertThat(genAi(messages)).isEqualTo("""
					[{"role":"assistant","parts":[{"type":"reasoning","content":"Let me see."},\
					{"type":"text","content":"18"}]}]""");
		}
	}

	@Test
	void emptyReasoningAndOtherMetadataAreNotWritten() {
		ChatMessages messages = new ChatMessages(List.of(AssistantMessage.builder()
			.content("18")
			.properties(Map.of("id", "1", "reasoningContent", "", "refusal", "", "annotations", List.of("a"),
					"thinking", Boolean.TRUE))
			.build()));
		assertThat(PayloadJson.braintrust(messages)).isEqualTo("[{\"role\":\"assistant\",\"content\":\"18\"}]");
	}

	@Test
	void listIsCopied() {
		List<Message> list = new ArrayList<>(List.of(new UserMessage("one")));
		ChatMessages messages = new ChatMessages(list);
		list.add(new UserMessage("two"));
		assertThat(PayloadJson.braintrust(messages)).doesNotContain("two");
	}

	private static String genAi(ChatMessages messages) {
		String json = PayloadJson.genAi(messages);
		assertThat(PayloadJson.errors("input-messages", json)).isEmpty();
		return json;
	}

	private static AssistantMessage.ToolCall call(String id, String name, String arguments) {
		return new AssistantMessage.ToolCall(id, "function", name, arguments);
	}

	private static ToolResponseMessage results(ToolResponseMessage.ToolResponse... results) {
		return ToolResponseMessage.builder().responses(List.of(results)).build();
	}

}
