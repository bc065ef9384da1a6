package dev.braintrust.spring.test;

import java.util.List;
import java.util.stream.IntStream;

import dev.braintrust.spring.BraintrustProjects;
import org.junit.jupiter.api.Test;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.tool.function.FunctionToolCallback;

import static dev.braintrust.spring.test.BraintrustAssertions.assertThat;
import static dev.braintrust.spring.test.ExpectedSpan.llm;
import static dev.braintrust.spring.test.ExpectedSpan.tool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests of the model that answers from a script.
 */
class ScriptedChatModelTests {

	@Test
	void textsAreGivenInTheirOrderToCallsAndStreams() {
		ScriptedChatModel model = new ScriptedChatModel("one", "two words").answers("three");
		assertThat(model.call("a")).isEqualTo("one");
		assertThat(model.stream("b").collectList().block()).containsExactly("two ", "words");
		assertThat(model.left()).hasToString("['three']");
		assertThat(model.call("c")).isEqualTo("three");
		assertThat(model.prompts()).extracting(Prompt::getContents).containsExactly("a", "b", "c");
		assertThat(model.left()).isEmpty();
	}

	@Test
	void answerHasTheModelTheTokensAndTheReasonThatItIsGiven() {
		ScriptedChatModel model = new ScriptedChatModel().model("house")
			.answers(ScriptedAnswer.text("one"),
					ScriptedAnswer.text("two").model("gpt-5").usage(20, 5).finishReason("LENGTH"));
		ChatResponse plain = model.call(new Prompt("a"));
		assertThat(plain.getMetadata().getModel()).isEqualTo("house");
		assertThat(plain.getMetadata().getUsage().getTotalTokens()).isZero();
		assertThat(plain.getResult().getMetadata().getFinishReason()).isEqualTo("STOP");
		ChatResponse given = model.stream(new Prompt("b")).blockLast();
		assertThat(given.getMetadata().getModel()).isEqualTo("gpt-5");
		assertThat(given.getMetadata().getUsage().getPromptTokens()).isEqualTo(20);
		assertThat(given.getMetadata().getUsage().getCompletionTokens()).isEqualTo(5);
		assertThat(given.getResult().getMetadata().getFinishReason()).isEqualTo("LENGTH");
		assertThat(model.getOptions().getModel()).isEqualTo("house");
	}

	@Test
	void promptThatAsksForAModelIsAnsweredByIt() {
		ChatResponse response = new ScriptedChatModel("one")
			.call(new Prompt("a", ChatOptions.builder().model("gpt-5").build()));
		assertThat(response.getMetadata().getModel()).isEqualTo("gpt-5");
	}

	@Test
	void chunksAreThoseOfTheStream() {
		ScriptedChatModel model = new ScriptedChatModel().answers(ScriptedAnswer.chunks("On its", " way."),
				ScriptedAnswer.chunks("On its", " way."));
		assertThat(model.stream("a").collectList().block()).containsExactly("On its", " way.");
		assertThat(model.call("a")).isEqualTo("On its way.");
	}

	@Test
	void toolsAreCalledAndTraced() {
		for (boolean streamed : new boolean[] { false, true }) {
			RecordedSpans spans = new RecordedSpans();
			ScriptedChatModel model = new ScriptedChatModel().answers(
					ScriptedAnswer.tool("lookUp", "{\"number\": 1}").andTool("lookUp", "{\"number\": 2}"),
					ScriptedAnswer.text("On its way.").usage(20, 5));
			ChatClient chat = chat(spans, model);
			assertThat(streamed ? String.join("", chat.prompt("Where?").stream().content().collectList().block())
					: chat.prompt("Where?").call().content())
				.isEqualTo("On its way.");
			assertThat(spans).project("support")
				.hasTrace((trace) -> trace.root("support")
					.hasChildren(llm().model("scripted"), tool("lookUp").outputContaining("found 1"),
							tool("lookUp").outputContaining("found 2"),
							llm().metric("completion_tokens", 5).outputContaining("On its way.")));
		}
	}

	private static ChatClient chat(RecordedSpans spans, ScriptedChatModel model) {
		BraintrustProjects projects = spans.projects("support");
		return projects.instrument("support", ChatClient.builder(model)
			.defaultToolCallbacks(FunctionToolCallback.builder("lookUp", (Order order) -> "found " + order.number())
				.inputType(Order.class)
				.build())
			.build());
	}

	@Test
	void failuresAreThrownAsTheyAreAndAfterTheChunksOfAStream() {
		IllegalStateException failure = new IllegalStateException("overloaded");
		ScriptedChatModel model = new ScriptedChatModel().answers(ScriptedAnswer.failure(failure),
				ScriptedAnswer.failure(failure), ScriptedAnswer.text("part of it").thenFails(failure));
		assertThatThrownBy(() -> model.call("a")).isSameAs(failure);
		assertThatThrownBy(() -> model.stream("a").blockLast()).isSameAs(failure);
		assertThat(model.stream("a").onErrorReturn("failed").collectList().block()).containsExactly("part ", "of ",
				"it", "failed");
	}

	@Test
	void answersToCertainPromptsGoBeforeThoseInOrder() {
		ScriptedChatModel model = new ScriptedChatModel("first", "second")
			.answersTo("REFUND", ScriptedAnswer.text("sorry"))
			.answersTo((prompt) -> prompt.getInstructions().size() == 2, ScriptedAnswer.text("two messages"));
		assertThat(model.call("a")).isEqualTo("first");
		assertThat(model.call("I want a refund")).isEqualTo("sorry");
		assertThat(model.call("Refund!")).isEqualTo("sorry");
		assertThat(model.call(new UserMessage("a"), new UserMessage("b"))).isEqualTo("two messages");
		assertThat(model.call("b")).isEqualTo("second");
	}

	@Test
	void endOfTheScriptSaysWhatWasAskedAndWhatIsLeft() {
		ScriptedChatModel model = new ScriptedChatModel("one");
		model.call("a");
		assertThatIllegalStateException().isThrownBy(() -> model.call("Where is my order?"))
			.withMessage(
					"The script has no answer to prompt 2, which ends with 'Where is my order?'. No answers are left.");
		model.answersTo("refund", ScriptedAnswer.tool("refund", "{}"));
		assertThatIllegalStateException().isThrownBy(() -> model.stream("And now?").blockLast())
			.withMessage("The script has no answer to prompt 3, which ends with 'And now?'. The remaining answers are "
					+ "for other prompts: [tool refund{} to prompts with 'refund'].");
	}

	@Test
	void eachOfManyPromptsAtATimeGetsAnAnswerOfItsOwn() {
		String[] answers = IntStream.range(0, 500).mapToObj(String::valueOf).toArray(String[]::new);
		ScriptedChatModel model = new ScriptedChatModel(answers);
		List<String> given = IntStream.range(0, 500).parallel().mapToObj((i) -> model.call("a")).toList();
		assertThat(given).containsExactlyInAnyOrder(answers);
		assertThat(model.prompts()).hasSize(500);
	}

	record Order(int number) {
	}

}
