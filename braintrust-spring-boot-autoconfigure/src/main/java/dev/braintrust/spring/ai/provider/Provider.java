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
 * What this library knows of a provider of models; here, of one that it does not know.
 * Each provider has a class of its own, which overrides what is different there.
 * <p>
 * A provider is told by Spring AI's package of the options, of the model, or of the
 * usage: {@code org.springframework.ai.openai}. To add one, write its class and add its
 * package to {@link #known(String)}.
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

	// The packages of usage that comes in types of the provider's own library.
	private static final Map<String, String> LIBRARIES = Map.of("com.openai.", "openai", "com.anthropic.", "anthropic",
			"software.amazon.awssdk.services.bedrockruntime.", "bedrock");

	private static final Provider UNKNOWN = new Provider("");

	private final String name;

	// Create a provider.
	protected Provider(String name) {
		this.name = name;
	}

	// Their classes are loaded only where options or usage of the provider are, since
	// some are compiled against its library.
	private static @Nullable Provider known(String module) {
		return switch (module) {
			case "anthropic" -> AnthropicProvider.INSTANCE;
			case "bedrock" -> BedrockProvider.INSTANCE;
			case "deepseek" -> DeepSeekProvider.INSTANCE;
			case "google", "vertexai" -> GoogleProvider.INSTANCE;
			case "mistralai" -> MistralProvider.INSTANCE;
			case "ollama" -> OllamaProvider.INSTANCE;
			case "openai" -> OpenAiProvider.INSTANCE;
			// Types of Spring AI itself, which belong to no provider.
			case "", "audio", "chat", "embedding", "image", "model" -> UNKNOWN;
			default -> null;
		};
	}

	// The provider whose model options are for.
	public static Provider of(@Nullable ModelOptions options) {
		return (options != null) ? named(module(options.getClass())) : UNKNOWN;
	}

	// The provider of a model that is no chat model.
	public static Provider of(Object model, @Nullable ModelOptions requested, @Nullable ModelOptions defaults) {
		Provider provider = named(module(AopProxyUtils.ultimateTargetClass(model)));
		provider = (provider != UNKNOWN) ? provider : of(requested);
		return (provider != UNKNOWN) ? provider : of(defaults);
	}

	public static Provider named(String module) {
		Provider known = known(module);
		return (known != null) ? known : new Provider(module.equals("stabilityai") ? "stability" : module);
	}

	// The provider that reports a usage.
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

	// Spring AI's module, by the package of a class or of one that it extends.
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

	// The name of the span of a call, by the guide for those it names; for all others the
	// name of the format that they are recorded in.
	public String spanName() {
		return "Chat Completion";
	}

	// The name of the provider whose prices apply. The model of one may call another:
	// then the host in the options tells.
	public @Nullable String name(@Nullable ModelOptions options, @Nullable String fallback) {
		return this.name.isEmpty() ? fallback : this.name;
	}

	// Write an image or a file of the user: as OpenAI has them, if the provider has no
	// shape of its own.
	@Override
	public void write(JsonGenerator json, RecordedAttachment attachment) {
		MediaPart.write(json, attachment);
	}

	// Tell which choice a result of a response belongs to.
	public @Nullable Object choice(Generation result) {
		return result.getOutput().getMetadata().get("index");
	}

	// Whether a result is nothing but what the model thought.
	public boolean isThought(AssistantMessage message) {
		return false;
	}

	// Whether such results repeat what the last result of the answer has too.
	public boolean repeatsThoughts() {
		return false;
	}

	// How the chunks of a stream bring what the model thinks.
	public Reasoning reasoning() {
		return Reasoning.PIECES_OR_WHOLE;
	}

	// The tokens of a call, by the names of Braintrust's metrics.
	protected TokenCounts tokens(Usage usage, @Nullable Object nativeUsage) {
		return TokenCounts.ofUnknown(usage);
	}

	protected @Nullable Integer maxTokens(ChatOptions options) {
		return options.getMaxTokens();
	}

	// The format that the model has to answer in, in OpenAI's form.
	protected @Nullable Object responseFormat(ChatOptions options) {
		return ResponseFormat.ofSchema(options);
	}

	// Whether and which tools the model has to call, in OpenAI's values.
	protected @Nullable Object toolChoice(ChatOptions options) {
		return null;
	}

	protected @Nullable Boolean parallelToolCalls(ChatOptions options) {
		return null;
	}

	// Whether arguments of tools must match their schema.
	protected @Nullable Boolean strictTools(ChatOptions options) {
		return null;
	}

	// The tools that the provider runs itself, as it defines them.
	protected List<Map<String, Object>> providerTools(ChatOptions options) {
		return List.of();
	}

	// Write the parameters of a request that the guide names, and no others. The options
	// of a prompt are those that go out: a ChatClient merges the options of its model
	// with those of the request before the first advisor.
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

	// How the chunks of a stream bring what the model thinks.
	public enum Reasoning {

		// A piece with each chunk.
		PIECES,

		// All that the model has thought so far, with each chunk.
		WHOLE,

		// Either; the chunks tell.
		PIECES_OR_WHOLE

	}

}
