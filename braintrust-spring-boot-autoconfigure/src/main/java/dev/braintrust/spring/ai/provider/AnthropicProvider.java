package dev.braintrust.spring.ai.provider;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.anthropic.models.messages.CacheCreation;
import com.anthropic.models.messages.MessageDeltaUsage;
import com.anthropic.models.messages.OutputTokensDetails;
import dev.braintrust.spring.content.RecordedAttachment;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

import org.springframework.ai.anthropic.AnthropicChatOptions;
import org.springframework.ai.anthropic.AnthropicWebSearchTool;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.Usage;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.model.ModelOptions;

/**
 * Anthropic's models.
 */
final class AnthropicProvider extends Provider {

	static final Provider INSTANCE = new AnthropicProvider();

	private AnthropicProvider() {
		super("anthropic");
	}

	@Override
	public String spanName() {
		return "anthropic.messages.create";
	}

	@Override
	public @Nullable String name(@Nullable ModelOptions options, @Nullable String fallback) {
		String called = (options instanceof AnthropicChatOptions chat) ? ProviderHost.provider(chat.getBaseUrl())
				: null;
		return (called != null) ? called : super.name(options, fallback);
	}

	// {"type": "image", "source": …} and {"type": "document", "source": …}.
	@Override
	public void write(JsonGenerator json, RecordedAttachment attachment) {
		String type = attachment.contentType();
		boolean image = type.startsWith("image/");
		boolean document = type.equals("application/pdf") || type.startsWith("text/");
		if (attachment.note() != null || !(image || document)) {
			super.write(json, attachment);
			return;
		}
		json.writeStartObject();
		json.writeStringProperty("type", image ? "image" : "document");
		json.writeName("source");
		if (attachment.isBase64()) {
			json.writeStartObject();
			json.writeStringProperty("type", "base64");
			json.writeStringProperty("media_type", type);
			json.writeName("data");
			attachment.writeBase64(json);
			json.writeEndObject();
		}
		else if (attachment.url() != null) {
			json.writeStartObject();
			json.writeStringProperty("type", "url");
			json.writeName("url");
			attachment.write(json);
			json.writeEndObject();
		}
		else {
			attachment.write(json);
		}
		json.writeEndObject();
	}

	// The results are blocks of a single answer.
	@Override
	public Object choice(Generation result) {
		return 0;
	}

	@Override
	public boolean isThought(AssistantMessage message) {
		Map<String, Object> metadata = message.getMetadata();
		// The metadata always contains the type of the message.
		return metadata.size() > 1 && (metadata.containsKey("thinking") || metadata.containsKey("signature")
				|| metadata.containsKey("data"));
	}

	// The last result repeats all thoughts.
	@Override
	public boolean repeatsThoughts() {
		return true;
	}

	@Override
	public Reasoning reasoning() {
		return Reasoning.PIECES;
	}

	// Tokens written to a cache are recorded by cache lifetime or as one number, never
	// both. For a stream, Spring AI only reports one number.
	@Override
	protected TokenCounts tokens(Usage usage, @Nullable Object nativeUsage) {
		CacheCreation split = null;
		OutputTokensDetails output = null;
		if (nativeUsage instanceof com.anthropic.models.messages.Usage whole) {
			split = whole.cacheCreation().orElse(null);
			output = whole.outputTokensDetails().orElse(null);
		}
		else if (nativeUsage instanceof MessageDeltaUsage delta) {
			output = delta.outputTokensDetails().orElse(null);
		}
		Long written = (split != null) ? Long.valueOf(split.ephemeral5mInputTokens() + split.ephemeral1hInputTokens())
				: usage.getCacheWriteInputTokens();
		return TokenCounts.withCacheApart(usage, written)
			.put("prompt_cache_creation_5m_tokens", (split != null) ? split.ephemeral5mInputTokens() : null)
			.put("prompt_cache_creation_1h_tokens", (split != null) ? split.ephemeral1hInputTokens() : null)
			.put("prompt_cache_creation_tokens", (split != null) ? null : written)
			.put("completion_reasoning_tokens", (output != null) ? output.thinkingTokens() : null);
	}

	@Override
	protected @Nullable Object toolChoice(ChatOptions options) {
		com.anthropic.models.messages.ToolChoice choice = (options instanceof AnthropicChatOptions chat)
				? chat.getToolChoice() : null;
		if (choice == null) {
			return null;
		}
		if (choice.isTool()) {
			return ToolChoice.function(choice.asTool().name());
		}
		return ToolChoice.of(choice.isAny() ? "any" : (choice.isNone() ? "none" : "auto"));
	}

	@Override
	protected @Nullable Boolean parallelToolCalls(ChatOptions options) {
		Boolean oneAtATime = (options instanceof AnthropicChatOptions chat) ? chat.getDisableParallelToolUse() : null;
		return (oneAtATime != null) ? !oneAtATime : null;
	}

	// Return the tools in the form in which Spring AI sends them.
	@Override
	protected List<Map<String, Object>> providerTools(ChatOptions chatOptions) {
		if (!(chatOptions instanceof AnthropicChatOptions options)) {
			return List.of();
		}
		List<Map<String, Object>> tools = new ArrayList<>(0);
		AnthropicWebSearchTool search = options.getWebSearchTool();
		if (search != null) {
			Map<String, Object> tool = providerTool("web_search_20260209", "web_search");
			put(tool, "max_uses", search.getMaxUses());
			put(tool, "allowed_domains", search.getAllowedDomains());
			put(tool, "blocked_domains", search.getBlockedDomains());
			tools.add(tool);
		}
		if (options.getSkillContainer() != null) {
			tools.add(providerTool("code_execution_20260120", "code_execution"));
		}
		return tools;
	}

	private static Map<String, Object> providerTool(String type, String name) {
		Map<String, Object> tool = new LinkedHashMap<>();
		tool.put("type", type);
		tool.put("name", name);
		return tool;
	}

	private static void put(Map<String, Object> tool, String name, @Nullable Object value) {
		if (value != null) {
			tool.put(name, value);
		}
	}

}
