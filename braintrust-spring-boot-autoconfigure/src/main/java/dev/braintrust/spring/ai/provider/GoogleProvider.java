package dev.braintrust.spring.ai.provider;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.Usage;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.ChatOptions;

/**
 * Google's models. Properties of Google's classes are read by name. Media have OpenAI's
 * shape, because Braintrust replaces Google's shape with it.
 */
final class GoogleProvider extends Provider {

	static final Provider INSTANCE = new GoogleProvider();

	private GoogleProvider() {
		super("google");
	}

	@Override
	public String spanName() {
		return "generate_content";
	}

	// The results are parts of candidates.
	@Override
	public @Nullable Object choice(Generation result) {
		return result.getOutput().getMetadata().get("candidateIndex");
	}

	@Override
	public boolean isThought(AssistantMessage message) {
		return Boolean.TRUE.equals(message.getMetadata().get("isThought"));
	}

	@Override
	public Reasoning reasoning() {
		return Reasoning.PIECES;
	}

	// Google counts thoughts separately from the answer, and the tokens of its own tools
	// separately from the prompt. They have the same price as the answer and the prompt,
	// and the total includes them.
	@Override
	protected TokenCounts tokens(Usage usage, @Nullable Object nativeUsage) {
		Object thoughts = read(usage, "thoughtsTokenCount");
		return TokenCounts
			.of(sum(usage.getPromptTokens(), read(usage, "toolUsePromptTokenCount")),
					sum(usage.getCompletionTokens(), thoughts), sum(usage.getTotalTokens(), null))
			.put("prompt_cached_tokens", usage.getCacheReadInputTokens())
			.put("completion_reasoning_tokens", thoughts)
			.put("prompt_audio_tokens", modality(usage, "promptTokensDetails", "AUDIO"))
			.put("completion_audio_tokens", modality(usage, "candidatesTokensDetails", "AUDIO"))
			.put("completion_image_tokens", modality(usage, "candidatesTokensDetails", "IMAGE"));
	}

	private static @Nullable Integer sum(@Nullable Integer count, @Nullable Object other) {
		int sum = ((count != null) ? count : 0) + ((other instanceof Integer more) ? more : 0);
		return (sum > 0) ? sum : null;
	}

	private static @Nullable Object modality(Usage usage, String property, String modality) {
		if (read(usage, property) instanceof List<?> details) {
			for (Object detail : details) {
				if (modality.equals(read(detail, "modality"))) {
					return read(detail, "tokenCount");
				}
			}
		}
		return null;
	}

	@Override
	protected @Nullable Object responseFormat(ChatOptions options) {
		Object schema = super.responseFormat(options);
		boolean json = "application/json".equals(read(options, "responseMimeType"));
		return (schema == null && json) ? ResponseFormat.ofType("json_object") : schema;
	}

	// {"mode", "allowedFunctionNames"}. To choose one function, the list has one name.
	@Override
	protected @Nullable Object toolChoice(ChatOptions options) {
		String mode = String.valueOf(read(options, "toolChoice", "mode"));
		Object names = read(options, "toolChoice", "allowedFunctionNames");
		return (mode.equals("ANY") && names instanceof List<?> list && list.size() == 1)
				? ToolChoice.function(String.valueOf(list.get(0))) : ToolChoice.of(mode);
	}

	@Override
	protected List<Map<String, Object>> providerTools(ChatOptions options) {
		return Boolean.TRUE.equals(read(options, "googleSearchRetrieval")) ? List.of(Map.of("type", "google_search"))
				: List.of();
	}

}
