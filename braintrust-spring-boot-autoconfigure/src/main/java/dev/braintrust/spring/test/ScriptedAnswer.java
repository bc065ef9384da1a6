package dev.braintrust.spring.test;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.AssistantMessage.ToolCall;
import org.springframework.ai.chat.metadata.ChatGenerationMetadata;
import org.springframework.ai.chat.metadata.ChatResponseMetadata;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.util.Assert;

/**
 * An answer of a {@link ScriptedChatModel}: a text, tool calls, a failure, or a text that
 * breaks off with a failure. Each method returns a new answer.
 *
 * <pre class="code">
 * ScriptedAnswer.text("On its way.").usage(20, 5).model("gpt-5-mini")
 * ScriptedAnswer.chunks("On its ", "way.")
 * ScriptedAnswer.tool("lookUpOrder", "{\"number\": 4711}")
 * ScriptedAnswer.failure(new IllegalStateException("overloaded"))
 * </pre>
 */
public final class ScriptedAnswer {

	private final List<String> chunks;

	private final List<ToolCall> tools;

	private final @Nullable RuntimeException failure;

	private final @Nullable DefaultUsage usage;

	private final @Nullable String finishReason;

	private final @Nullable String model;

	private ScriptedAnswer(List<String> chunks, List<ToolCall> tools, @Nullable RuntimeException failure,
			@Nullable DefaultUsage usage, @Nullable String finishReason, @Nullable String model) {
		this.chunks = chunks;
		this.tools = tools;
		this.failure = failure;
		this.usage = usage;
		this.finishReason = finishReason;
		this.model = model;
	}

	/**
	 * An answer that is a text. A stream delivers it word by word.
	 * @param text the text
	 * @return the answer
	 */
	public static ScriptedAnswer text(String text) {
		Assert.notNull(text, "'text' must not be null");
		return chunks(text.split("(?<=\\s)(?=\\S)"));
	}

	/**
	 * An answer that is a text, with the chunks in which a stream delivers it.
	 * @param chunks the chunks; a call without a stream gets the joined text
	 * @return the answer
	 */
	public static ScriptedAnswer chunks(String... chunks) {
		return new ScriptedAnswer(List.of(chunks), List.of(), null, null, null, null);
	}

	/**
	 * An answer that calls a tool.
	 * @param name the name of the tool
	 * @param arguments its arguments as JSON, such as <code>{"number": 4711}</code>
	 * @return the answer
	 */
	public static ScriptedAnswer tool(String name, String arguments) {
		return chunks().andTool(name, arguments);
	}

	/**
	 * A failure of the model instead of an answer.
	 * @param failure the exception that the model throws
	 * @return the answer
	 */
	public static ScriptedAnswer failure(RuntimeException failure) {
		return chunks().thenFails(failure);
	}

	/**
	 * Add a tool call, after a text or next to other tool calls.
	 * @param name the name of the tool
	 * @param arguments its arguments as JSON
	 * @return the answer
	 */
	public ScriptedAnswer andTool(String name, String arguments) {
		Assert.hasText(name, "'name' must not be empty");
		Assert.notNull(arguments, "'arguments' must not be null");
		List<ToolCall> tools = new ArrayList<>(this.tools);
		tools.add(new ToolCall("", "function", name, arguments));
		return new ScriptedAnswer(this.chunks, List.copyOf(tools), this.failure, this.usage, this.finishReason,
				this.model);
	}

	/**
	 * Fail after a stream has delivered all chunks. A call without a stream fails
	 * immediately.
	 * @param failure the exception that the model throws
	 * @return the answer
	 */
	public ScriptedAnswer thenFails(RuntimeException failure) {
		Assert.notNull(failure, "'failure' must not be null");
		return new ScriptedAnswer(this.chunks, this.tools, failure, this.usage, this.finishReason, this.model);
	}

	/**
	 * Report the used tokens. Without this, no tokens are reported.
	 * @param promptTokens the tokens of the prompt
	 * @param completionTokens the tokens of the answer
	 * @return the answer
	 */
	public ScriptedAnswer usage(int promptTokens, int completionTokens) {
		return new ScriptedAnswer(this.chunks, this.tools, this.failure,
				new DefaultUsage(promptTokens, completionTokens), this.finishReason, this.model);
	}

	/**
	 * Set why the answer ends. The default is {@code STOP}, or {@code TOOL_CALLS} if the
	 * answer calls tools.
	 * @param finishReason the reason, such as {@code LENGTH}
	 * @return the answer
	 */
	public ScriptedAnswer finishReason(String finishReason) {
		return new ScriptedAnswer(this.chunks, this.tools, this.failure, this.usage, finishReason, this.model);
	}

	/**
	 * Set the model that answers. The default is the model that the prompt asks for.
	 * @param model the name of the model
	 * @return the answer
	 */
	public ScriptedAnswer model(String model) {
		return new ScriptedAnswer(this.chunks, this.tools, this.failure, this.usage, this.finishReason, model);
	}

	@Nullable RuntimeException failure() {
		return this.failure;
	}

	// The whole answer.
	ChatResponse response(String model, String ids) {
		return response(String.join("", this.chunks), true, model, ids);
	}

	// The answer as chunks of a stream. The last chunk has the finish reason, unless
	// it fails.
	List<ChatResponse> stream(String model, String ids) {
		if (this.chunks.isEmpty() && this.failure == null) {
			return List.of(response(model, ids));
		}
		List<ChatResponse> responses = new ArrayList<>();
		for (String chunk : this.chunks) {
			boolean last = this.failure == null && responses.size() == this.chunks.size() - 1;
			responses.add(response(chunk, last, model, ids));
		}
		return responses;
	}

	private ChatResponse response(String text, boolean last, String asked, String ids) {
		AssistantMessage.Builder<?> message = AssistantMessage.builder().content(text);
		ChatGenerationMetadata.Builder generation = ChatGenerationMetadata.builder();
		ChatResponseMetadata.Builder metadata = ChatResponseMetadata.builder()
			.model((this.model != null) ? this.model : asked);
		if (last) {
			message.toolCalls(numbered(ids));
			String reason = this.tools.isEmpty() ? "STOP" : "TOOL_CALLS";
			generation.finishReason((this.finishReason != null) ? this.finishReason : reason);
			if (this.usage != null) {
				metadata.usage(this.usage);
			}
		}
		return new ChatResponse(List.of(new Generation(message.build(), generation.build())), metadata.build());
	}

	private List<ToolCall> numbered(String ids) {
		List<ToolCall> numbered = new ArrayList<>();
		for (ToolCall tool : this.tools) {
			numbered.add(new ToolCall(ids + "_" + (numbered.size() + 1), tool.type(), tool.name(), tool.arguments()));
		}
		return numbered;
	}

	@Override
	public String toString() {
		List<String> parts = new ArrayList<>();
		if (!this.chunks.isEmpty()) {
			parts.add("'" + String.join("", this.chunks) + "'");
		}
		this.tools.forEach((tool) -> parts.add("tool " + tool.name() + tool.arguments()));
		if (this.failure != null) {
			parts.add("failure " + this.failure);
		}
		return String.join(", ", parts);
	}

}
