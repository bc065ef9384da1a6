package dev.braintrust.spring.ai.chat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustPrompt;
import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.support.PayloadJson;
import dev.braintrust.spring.support.ReceivedSpan;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.StatusCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.content.Media;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.core.annotation.Order;
import org.springframework.util.MimeTypeUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests which content is sent, and in which format, by the received bytes.
 */
@ExtendWith(OutputCaptureExtension.class)
class CapturedContentTests {

	private static final String SECRET = "jane@example.com";

	private final TracedClient client = new TracedClient();

	@AfterEach
	void close() {
		this.client.close();
	}

	@ParameterizedTest
	@EnumSource
	void filterSeesEveryTextBeforeItLeaves(Mode mode) {
		List<ReceivedSpan> spans = converse(this.client.with(Masking.class), mode);
		assertThat(spans).hasSize(5).noneMatch((span) -> span.raw().contains(SECRET));
		assertThat(spans.get(0).input().at("/0/content").asString()).isEqualTo("I am *** of support");
		assertThat(spans.get(0).output().at("/0/message/tool_calls/0/function/arguments").asString())
			.isEqualTo("{\"mail\":\"***\"}");
		assertThat(spans.get(1).input().at("/mail").asString()).isEqualTo("***");
		assertThat(spans.get(1).output().asString()).isEqualTo("found ***");
		assertThat(spans.get(2).input().at("/2/content").asString()).isEqualTo("\"found ***\"");
		assertThat(spans.get(2).output().at("/0/message/content").asString()).isEqualTo("You are ***");
		assertThat(spans.get(3).input().at("/0/content").asString()).isEqualTo("I am *** of support");
		assertThat(spans.get(3).output().asString()).isEqualTo("You are ***");
		assertThat(spans.get(4).input().at("/mails/0").asString()).isEqualTo("***");
	}

	@Test
	void filterOfAnotherProjectSeesNothing() {
		List<ReceivedSpan> spans = converse(
				this.client.with(MaskingElsewhere.class).with("braintrust.projects.other.name=Other"), Mode.CALL);
		assertThat(spans).allMatch((span) -> span.raw().contains(SECRET));
		assertThat(MaskingElsewhere.SEEN).isEmpty();
	}

	@Test
	void filterThatThrowsDropsTheContentAndNotTheSpan(CapturedOutput output) {
		List<ReceivedSpan> spans = converse(this.client.with(Failing.class), Mode.CALL);
		assertThat(spans).hasSize(5).noneMatch((span) -> span.raw().contains(SECRET));
		assertThat(spans.get(0).input().asString()).isEqualTo("[dropped by a content filter]");
		assertThat(spans.get(0).metadata().path("model").asString()).isEqualTo("scripted");
		assertThat(spans.get(2).output().asString()).isEqualTo("[dropped by a content filter]");
		assertThat(output).containsOnlyOnce("failed (java.lang.IllegalStateException)").doesNotContain(SECRET);
	}

	@Test
	void messagesOfErrorsAreContentToo() {
		this.client.with(Masking.class)
			.run((chat) -> chat, (chat, tracer) -> assertThatIllegalStateException()
				.isThrownBy(() -> tracer.taskSpan("lookup").run((span) -> {
					throw new IllegalStateException("no " + SECRET, new IllegalArgumentException(SECRET));
				}))
				.withMessage("no " + SECRET));
		ReceivedSpan span = this.client.spans(1).get(0);
		assertThat(span.error()).isTrue();
		assertThat(span.statusMessage()).isEqualTo("no ***");
		assertThat(span.raw()).doesNotContain(SECRET).contains("IllegalArgumentException: ***");
	}

	@Test
	void withoutContentStructureTokensAndPlacesOfErrorsStay() {
		this.client.with("braintrust.capture.content=false");
		this.client.run((chat) -> chat, (chat, tracer) -> assertThatIllegalStateException()
			.isThrownBy(() -> tracer.taskSpan("lookup").run((span) -> {
				throw new IllegalStateException("no " + SECRET, new IllegalArgumentException(SECRET));
			})));
		ReceivedSpan error = this.client.spans(1).get(0);
		assertThat(error.statusMessage()).isEqualTo("java.lang.IllegalStateException");
		assertThat(error.raw()).doesNotContain(SECRET)
			.contains("Caused by: java.lang.IllegalArgumentException", "CapturedContentTests");
	}

	@ParameterizedTest
	@EnumSource
	void withoutContentNothingThatWasSaidLeaves(Mode mode) {
		List<ReceivedSpan> spans = converse(this.client.with("braintrust.projects.support.capture.content=false"),
				mode);
		assertThat(spans).extracting(ReceivedSpan::type).containsExactly("llm", "tool", "llm", "task", "task");
		assertThat(spans).noneMatch((span) -> span.raw().contains(SECRET) || span.has("braintrust.input_json")
				|| span.has("braintrust.output_json"));
		assertThat(spans.get(0).metadata().path("model").asString()).isEqualTo("scripted");
		assertThat(spans.get(0).metadata().at("/tools/0/function/name").asString()).isEqualTo("lookup");
	}

	@Test
	void fieldThatIsTooLargeIsCutWhereItShows() {
		this.client.with("braintrust.capture.max-field-size=2KB").model().says("é".repeat(4000));
		this.client.run((chat) -> chat.defaultSystem("short"),
				(chat, tracer) -> chat.prompt("x".repeat(3000)).call().content());
		List<ReceivedSpan> spans = this.client.spans(2);
		assertThat(spans.get(0).input().at("/0/content").asString()).isEqualTo("short");
		assertThat(spans.get(0).input().at("/1/content").asString()).startsWith("x".repeat(500))
			.endsWith("… [cut, 3000 characters]");
		assertThat(spans.get(0).output().at("/0/message/content").asString()).startsWith("éé")
			.endsWith("… [cut, 4000 characters]");
		assertThat(spans).allSatisfy((span) -> assertThat(List.of(span.input(), span.output()))
			.allMatch((field) -> bytes(field.toString()) <= 2048));
	}

	@Test
	void objectOfTheApplicationIsCutToo() {
		this.client.with("braintrust.capture.max-field-size=1KB");
		this.client.run((chat) -> chat,
				(chat, tracer) -> tracer.taskSpan("work")
					.input(List.of("a".repeat(900), "b".repeat(900)))
					.metadata("note", "c".repeat(5000))
					.run((span) -> span.output("short").output(new int[5000])));
		ReceivedSpan span = this.client.spans(1).get(0);
		assertThat(span.input().at("/0").asString()).startsWith("aaaa").endsWith("… [cut, 900 characters]");
		assertThat(span.input().at("/1").asString()).startsWith("bbbb").endsWith("… [cut, 900 characters]");
		assertThat(span.metadata().path("note").asString()).startsWith("cccc").endsWith("… [cut, 5000 characters]");
		// JSON without a text cannot be truncated.
		assertThat(span.output().asString()).isEqualTo("[cut, 10001 characters of JSON]");
	}

	@Test
	void imageThatIsTooLargeGivesWayBeforeTheTexts() {
		this.client.with("braintrust.capture.max-field-size=4KB", "braintrust.attachments.mode=base64")
			.model()
			.says("a cat");
		Media image = Media.builder().mimeType(MimeTypeUtils.IMAGE_PNG).data(new byte[8192]).build();
		this.client.run((chat) -> chat, (chat,
				tracer) -> chat.prompt().user((user) -> user.text("What is this?").media(image)).call().content());
		ReceivedSpan span = this.client.spans(2).get(0);
		assertThat(span.input().at("/0/content/0/text").asString()).isEqualTo("What is this?");
		assertThat(span.input().at("/0/content/1/text").asString())
			.isEqualTo("[image/png, attachment.png, 8192 bytes]");
	}

	@Test
	void metadataThatIsTooLargeLosesWhatIsLargestAndStaysAnObject() {
		this.client.with("braintrust.capture.max-field-size=1KB").model().says("fine");
		this.client.run(
				(chat) -> chat
					.defaultTools(FunctionToolCallback.builder("lookup", (Mail mail) -> "x")
						.description("d".repeat(2000))
						.inputType(Mail.class)
						.build())
					.defaultOptions(ChatOptions.builder().model("scripted")),
				(chat, tracer) -> chat.prompt("hi").call().content());
		ReceivedSpan span = this.client.spans(2).get(0);
		assertThat(span.metadata().path("model").asString()).isEqualTo("scripted");
		assertThat(span.metadata().path("tools").asString()).startsWith("[cut, ");
	}

	@Test
	void numbersInArgumentsAndResultsAreFilteredAndAllOthersStayAsTheyAre() {
		this.client.with(MaskingNumbers.class)
			.callsTools(TracedClient.toolCall("1", "pay",
					"{\"card\":4111111111111111,\"sum\":1.10,\"exact\":12345678901234567.89,\"large\":1e400}"))
			.model()
			.says("paid");
		this.client.run((chat) -> chat.defaultTools(
				FunctionToolCallback.builder("pay", (Payment payment) -> payment).inputType(Payment.class).build()),
				(chat, tracer) -> chat.prompt("pay").call().content());
		List<ReceivedSpan> spans = this.client.spans(4);
		assertThat(spans).noneMatch((span) -> span.raw().contains("4111111111111111"));
		assertThat(spans.get(1).attributes().get("braintrust.input_json"))
			.isEqualTo("{\"card\":\"****\",\"sum\":1.10,\"exact\":12345678901234567.89,\"large\":1e400}");
		assertThat(spans.get(1).output().path("card").asString()).isEqualTo("****");
	}

	@Test
	void textThatIsFilteredInOneFieldAloneIsNotCopiedFromAnother() {
		String answer = SECRET.repeat(20);
		this.client.with(MaskingInputs.class).model().says(answer).says("fine");
		this.client.run((chat) -> chat, (chat, tracer) -> {
			AssistantMessage message = chat.prompt("who?").call().chatResponse().getResult().getOutput();
			chat.prompt().messages(new UserMessage("who?"), message, new UserMessage("sure?")).call().content();
		});
		List<ReceivedSpan> spans = this.client.spans(4);
		assertThat(spans.get(0).output().at("/0/message/content").asString()).isEqualTo(answer);
		assertThat(spans.get(2).input().at("/1/content").asString()).isEqualTo("***");
	}

	@Test
	void variablesOfAPromptAreInput() {
		this.client.with("braintrust.capture.input=false").model().says("Paris");
		this.client.run((chat) -> chat, (chat, tracer) -> chat.prompt("?")
			.advisors((advisors) -> advisors.param(BraintrustPrompt.PARAM,
					new BraintrustPrompt("p", "q", "1", Map.of("mail", SECRET, "deep", Map.of("variables", 1)))))
			.call()
			.content());
		List<ReceivedSpan> spans = this.client.spans(2);
		assertThat(spans).noneMatch((span) -> span.raw().contains(SECRET));
		assertThat(spans.get(0).metadata().path("prompt"))
			.hasToString("{\"id\":\"p\",\"project_id\":\"q\",\"version\":\"1\"}");
	}

	@Test
	void contentThatOthersSetIsTreatedAsOurs() {
		this.client.with(Masking.class);
		this.client.run((chat) -> chat, (chat, tracer) -> foreign(tracer));
		assertThat(this.client.spans(1).get(0).raw()).doesNotContain(SECRET).contains("is ***", "kept");
	}

	@Test
	void contentThatOthersSetIsNotRecordedWithoutContent() {
		this.client.with("braintrust.capture.content=false");
		this.client.run((chat) -> chat, (chat, tracer) -> foreign(tracer));
		assertThat(this.client.spans(1).get(0).raw()).doesNotContain(SECRET).doesNotContain("is ").contains("kept");
	}

	private static void foreign(ProjectTracer tracer) {
		tracer.spanBuilder("library")
			.setAttribute("gen_ai.input.messages", "who is " + SECRET)
			.setAttribute("braintrust.output_json", "\"it is " + SECRET + "\"")
			.setAttribute("llm.model", "kept")
			.startSpan()
			.addEvent("exception", Attributes.of(AttributeKey.stringKey("exception.message"), "no " + SECRET))
			.setStatus(StatusCode.ERROR, "no " + SECRET)
			.end();
	}

	@Test
	void filterMayUseTheTracerOfAProject() {
		List<ReceivedSpan> spans = converse(this.client.with(MaskingWithATracer.class), Mode.CALL);
		assertThat(spans).hasSize(5).noneMatch((span) -> span.raw().contains(SECRET));
	}

	@Test
	void filterOfAnotherProjectThatIsMadeForEachUseSeesNothing() {
		List<ReceivedSpan> spans = converse(
				this.client.with(PrototypeElsewhere.class).with("braintrust.projects.other.name=Other"), Mode.CALL);
		assertThat(spans).allMatch((span) -> span.raw().contains(SECRET));
	}

	@Test
	void onlySpansOfAiLeaveWhereNoOthersAreWanted() {
		this.client.with("braintrust.capture.ai-spans-only=true");
		this.client.run((chat) -> chat, (chat, tracer) -> {
			tracer.spanBuilder("http").setAttribute("zbraintrust.foo", "x").startSpan().end();
			tracer.spanBuilder("library").setAttribute("llm.model", "m").startSpan().end();
			tracer.spanBuilder("own").startSpan().output("x").end();
			tracer.taskSpan("task").run((span) -> {
			});
		});
		assertThat(this.client.spans(3)).extracting(ReceivedSpan::name).containsExactly("library", "own", "task");
	}

	@ParameterizedTest
	@EnumSource
	void genAiFormatHasTheAttributesOfTheConventions(Mode mode) {
		List<ReceivedSpan> spans = converse(this.client.with("braintrust.capture.format=gen-ai"), mode);
		ReceivedSpan model = spans.get(0);
		assertThat(model.attributes()).containsEntry("gen_ai.operation.name", "chat")
			.containsEntry("gen_ai.response.model", "scripted")
			.containsEntry("gen_ai.request.temperature", 0.5)
			.containsEntry("gen_ai.request.max_tokens", 10L)
			.containsEntry("gen_ai.request.stop_sequences", List.of("END"));
		assertThat(model.has("braintrust.parent")).isTrue();
		assertThat(model.type()).isEqualTo("llm");
		assertThat(spans).noneMatch((span) -> span.has("braintrust.input_json") || span.has("braintrust.output_json"));
		assertThat(model.json("gen_ai.input.messages").at("/0/parts/0/content").asString())
			.isEqualTo("I am " + SECRET + " of support");
		assertThat(PayloadJson.errors("input-messages", model.json("gen_ai.input.messages").toString())).isEmpty();
		assertThat(PayloadJson.errors("output-messages", model.json("gen_ai.output.messages").toString())).isEmpty();
		assertThat(PayloadJson.errors("tool-definitions", model.json("gen_ai.tool.definitions").toString())).isEmpty();
		ReceivedSpan tool = spans.get(1);
		assertThat(tool.attributes()).containsEntry("gen_ai.operation.name", "execute_tool")
			.containsEntry("gen_ai.tool.name", "lookup")
			.containsEntry("gen_ai.tool.call.result", "\"found " + SECRET + "\"");
		assertThat(tool.json("gen_ai.tool.call.arguments").path("mail").asString()).isEqualTo(SECRET);
		ReceivedSpan task = spans.get(3);
		assertThat(task.attributes()).containsEntry("gen_ai.operation.name", "invoke_agent")
			.containsEntry("gen_ai.agent.name", "chat");
		assertThat(task.json("gen_ai.output.messages").at("/0/parts/0/content").asString())
			.isEqualTo("You are " + SECRET);
		assertThat(PayloadJson.errors("output-messages", task.json("gen_ai.output.messages").toString())).isEmpty();
		assertThat(PayloadJson.errors("input-messages", spans.get(4).json("gen_ai.input.messages").toString()))
			.isEmpty();
	}

	@Test
	void bothFormatsStandSideBySide() {
		List<ReceivedSpan> spans = converse(this.client.with("braintrust.capture.format=both"), Mode.CALL);
		assertThat(spans.get(0).input().at("/0/content"))
			.isEqualTo(spans.get(0).json("gen_ai.input.messages").at("/0/parts/0/content"));
		assertThat(spans.get(0).metadata().path("model").asString()).isEqualTo("scripted");
		assertThat(spans.get(0).attributes()).containsEntry("gen_ai.response.model", "scripted");
	}

	@Test
	void providerOfAProjectIsThatOfItsModelCalls() {
		List<ReceivedSpan> spans = converse(this.client.with("braintrust.projects.support.capture.provider=groq"),
				Mode.CALL);
		assertThat(spans.get(0).metadata().path("provider").asString()).isEqualTo("groq");
	}

	private static int bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8).length;
	}

	/**
	 * A task with a model call that requests a tool, the tool, and another model call;
	 * then a task of the application with an object.
	 */
	private static List<ReceivedSpan> converse(TracedClient client, Mode mode) {
		client.callsTools(TracedClient.toolCall("1", "lookup", "{\"mail\":\"" + SECRET + "\"}"));
		client.model().says("You are " + SECRET);
		client.run((chat) -> chat
			.defaultTools(FunctionToolCallback.builder("lookup", (Mail mail) -> "found " + mail.mail())
				.inputType(Mail.class)
				.build())
			.defaultOptions(ChatOptions.builder()
				.model("scripted")
				.temperature(0.5)
				.maxTokens(10)
				.stopSequences(List.of("END"))), (chat, tracer) -> {
					mode.ask(chat.prompt("I am " + SECRET + " of support"));
					tracer.taskSpan("mine").input(new Mails(List.of(SECRET))).run((span) -> {
					});
				});
		return client.spans(5);
	}

	record Mail(String mail) {
	}

	record Payment(long card, BigDecimal sum, BigDecimal exact) {
	}

	record Mails(List<String> mails) {
	}

	@Configuration(proxyBeanMethods = false)
	static class Masking {

		@Bean
		@Order(1)
		ContentFilter first() {
			return (text, field) -> text.replace("jane", "j");
		}

		@Bean
		@Order(2)
		@BraintrustProject("support")
		ContentFilter second() {
			return (text, field) -> text.replace("j@example.com", "***");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MaskingElsewhere {

		private static final List<String> SEEN = new CopyOnWriteArrayList<>();

		@Bean
		@BraintrustProject("other")
		ContentFilter filter() {
			return (text, field) -> {
				SEEN.add(text);
				return "***";
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MaskingNumbers {

		@Bean
		ContentFilter filter() {
			return (text, field) -> text.replaceAll("(?<!\\d)\\d{16}(?!\\d)", "****");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MaskingInputs {

		@Bean
		ContentFilter filter() {
			return (text, field) -> (field == ContentFilter.Field.INPUT && text.contains(SECRET)) ? "***" : text;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MaskingWithATracer {

		@Bean
		ContentFilter filter(@BraintrustProject("support") ProjectTracer tracer) {
			return (text, field) -> tracer.isEnabled() ? text.replace(SECRET, "***") : text;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PrototypeElsewhere {

		@Bean
		@Scope("prototype")
		@BraintrustProject("other")
		ContentFilter filter() {
			return (text, field) -> "***";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Failing {

		@Bean
		ContentFilter filter() {
			return (text, field) -> {
				if (text.contains(SECRET)) {
					throw new IllegalStateException("cannot read " + text);
				}
				return text;
			};
		}

	}

}
