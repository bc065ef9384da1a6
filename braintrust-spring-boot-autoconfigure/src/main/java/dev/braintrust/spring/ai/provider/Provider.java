package dev.braintrust.spring.ai.provider;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ai.message.BeanProperty;
import dev.braintrust.spring.ai.message.ChatMessages;
import dev.braintrust.spring.ai.message.MediaPart;
import dev.braintrust.spring.ai.message.ToolDefinitions;
import dev.braintrust.spring.content.RecordedAttachment;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.Usage;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.model.ModelOptions;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.util.CollectionUtils;

/**
 * A provider of models. This class has the defaults for unknown providers. Each known
 * provider has a subclass that overrides the differences.
 * <p>
 * A provider is recognized by Spring AI's package of the options, the model or the usage:
 * {@code org.springframework.ai.openai}. To add one, write its class and add its package
 * to {@link #known(String)}.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/instrumentation-guide.md#metadata">Braintrust's
 * instrumentation guide, "Span naming" and "Metadata"</a>
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/features/attachments.md#vendor-specific-notes">Braintrust's
 * specification, "Vendor-specific notes"</a>
 */
public class Provider implements ChatMessages.MediaShape {

	private static final String PACKAGE = "org.springframework.ai.";

	// Packages of native usage types from providers' own libraries.
	private static final Map<String, String> LIBRARIES = Map.of("com.openai.", "openai", "com.anthropic.", "anthropic",
			"software.amazon.awssdk.services.bedrockruntime.", "bedrock");

	private static final Provider UNKNOWN = new Provider("");

	private final String name;

	// Create a provider.
	protected Provider(String name) {
		this.name = name;
	}

	// A provider's class is loaded only if its options or usage are present, since some
	// are compiled against the provider's library.
	private static @Nullable Provider known(String module) {
		return switch (module) {
			case "anthropic" -> AnthropicProvider.INSTANCE;
			case "bedrock" -> BedrockProvider.INSTANCE;
			case "deepseek" -> DeepSeekProvider.INSTANCE;
			case "google", "vertexai" -> GoogleProvider.INSTANCE;
			case "mistralai" -> MistralProvider.INSTANCE;
			case "ollama" -> OllamaProvider.INSTANCE;
			case "openai" -> OpenAiProvider.INSTANCE;
			// Spring AI's own types, which belong to no provider.
			case "", "audio", "chat", "embedding", "image", "model" -> UNKNOWN;
			default -> null;
		};
	}

	// Return the provider of a model by its options.
	public static Provider of(@Nullable ModelOptions options) {
		return (options != null) ? named(module(options.getClass())) : UNKNOWN;
	}

	// Return the provider of a model that is not a chat model.
	public static Provider of(Object model, @Nullable ModelOptions requested, @Nullable ModelOptions defaults) {
		Provider provider = named(module(AopProxyUtils.ultimateTargetClass(model)));
		provider = (provider != UNKNOWN) ? provider : of(requested);
		return (provider != UNKNOWN) ? provider : of(defaults);
	}

	public static Provider named(String module) {
		Provider known = known(module);
		return (known != null) ? known : new Provider(module.equals("stabilityai") ? "stability" : module);
	}

	// Return the provider that reported a usage.
	static Provider of(Usage usage) {
		Object nativeUsage = usage.getNativeUsage();
		String type = (nativeUsage != null) ? nativeUsage.getClass().getName() : "";
		for (Map.Entry<String, String> library : LIBRARIES.entrySet()) {
			if (type.startsWith(library.getKey())) {
				return named(library.getValue());
			}
		}
		Provider provider = (nativeUsage != null) ? named(module(nativeUsage.getClass())) : UNKNOWN;
		return (provider != UNKNOWN) ? provider : named(module(usage.getClass()));
	}

	// Return Spring AI's module from the package of a class or a superclass.
	private static String module(Class<?> type) {
		for (Class<?> each = type; each != null; each = each.getSuperclass()) {
			String name = each.getName();
			int end = name.startsWith(PACKAGE) ? name.indexOf('.', PACKAGE.length()) : -1;
			if (end > 0) {
				return name.substring(PACKAGE.length(), end);
			}
		}
		return "";
	}

	// The name of a call's span. The guide defines it for some providers; all others use
	// the name of the format in which they are recorded.
	public String spanName() {
		return "Chat Completion";
	}

	// Return the name of the provider whose prices apply. A model may call another
	// provider; in that case the host in the options decides.
	public @Nullable String name(@Nullable ModelOptions options, @Nullable String fallback) {
		return this.name.isEmpty() ? fallback : this.name;
	}

	// Write an image or a file of a user message. OpenAI's shape is the default.
	@Override
	public void write(JsonGenerator json, RecordedAttachment attachment) {
		MediaPart.write(json, attachment);
	}

	// Return the index of the choice to which a result belongs.
	public @Nullable Object choice(Generation result) {
		return result.getOutput().getMetadata().get("index");
	}

	// Whether a result only contains reasoning.
	public boolean isThought(AssistantMessage message) {
		return false;
	}

	// Whether the last result of the answer repeats the reasoning of such results.
	public boolean repeatsThoughts() {
		return false;
	}

	// How the chunks of a stream deliver reasoning.
	public Reasoning reasoning() {
		return Reasoning.PIECES_OR_WHOLE;
	}

	// Return the tokens of a call, named like Braintrust's metrics.
	protected TokenCounts tokens(Usage usage, @Nullable Object nativeUsage) {
		return TokenCounts.ofUnknown(usage);
	}

	protected @Nullable Integer maxTokens(ChatOptions options) {
		return options.getMaxTokens();
	}

	// The requested response format, in OpenAI's form.
	protected @Nullable Object responseFormat(ChatOptions options) {
		return ResponseFormat.ofSchema(options);
	}

	// The requested tool choice, in OpenAI's values.
	protected @Nullable Object toolChoice(ChatOptions options) {
		return null;
	}

	protected @Nullable Boolean parallelToolCalls(ChatOptions options) {
		return null;
	}

	// Whether tool arguments must match their schema.
	protected @Nullable Boolean strictTools(ChatOptions options) {
		return null;
	}

	// The tools that the provider executes, in its own form.
	protected List<Map<String, Object>> providerTools(ChatOptions options) {
		return List.of();
	}

	// Write only the request parameters that the guide names. The options of a prompt are
	// sent without further changes: a ChatClient merges the options of model and request
	// before the first advisor.
	public final void writeParameters(ProjectSpan span, ChatOptions options) {
		write(span, "temperature", options.getTemperature());
		write(span, "top_p", options.getTopP());
		write(span, "max_tokens", maxTokens(options));
		write(span, "frequency_penalty", options.getFrequencyPenalty());
		write(span, "presence_penalty", options.getPresencePenalty());
		List<String> stop = options.getStopSequences();
		write(span, "stop", CollectionUtils.isEmpty(stop) ? null : List.copyOf(stop));
		write(span, "response_format", responseFormat(options));
		write(span, "tool_choice", toolChoice(options));
		write(span, "parallel_tool_calls", parallelToolCalls(options));
	}

	// Write the tools that the model may call.
	public final void writeTools(ProjectSpan span, ChatOptions options,
			Function<ToolCallback, ToolDefinition> definitions) {
		List<ToolCallback> callbacks = (options instanceof ToolCallingChatOptions tools) ? tools.getToolCallbacks()
				: null;
		List<Map<String, Object>> providerTools = providerTools(options);
		if (CollectionUtils.isEmpty(callbacks) && providerTools.isEmpty()) {
			return;
		}
		List<ToolDefinition> known = new ArrayList<>();
		if (callbacks != null) {
			callbacks.forEach((callback) -> known.add(definitions.apply(callback)));
		}
		span.metadata("tools", new ToolDefinitions(known, strictTools(options), providerTools));
	}

	public static void write(ProjectSpan span, String key, @Nullable Object value) {
		if (value != null) {
			span.metadata(key, value);
		}
	}

	static @Nullable Object read(@Nullable Object bean, String... path) {
		return BeanProperty.read(bean, path);
	}

	// How the chunks of a stream deliver reasoning.
	public enum Reasoning {

		// Each chunk has a piece.
		PIECES,

		// Each chunk has all reasoning so far.
		WHOLE,

		// Either one; the chunks show which.
		PIECES_OR_WHOLE

	}

}
