package dev.braintrust.spring.ai.provider;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ai.message.ToolDefinitions;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.util.CollectionUtils;

/**
 * Writes the parameters of a request into the metadata of its span: those that the guide
 * names, and no others.
 * <p>
 * The options of a prompt are those that go out: a {@code ChatClient} merges the options
 * of its model with those of the request before the first advisor.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/instrumentation-guide.md#metadata">Braintrust's
 * instrumentation guide, "Metadata"</a>
 */
public final class ModelParameters {

	private ModelParameters() {
	}

	public static void write(ProjectSpan span, ChatOptions options,
			Function<ToolCallback, ToolDefinition> definitions) {
		ProviderParameters provider = ProviderParameters.of(options);
		write(span, "temperature", options.getTemperature());
		write(span, "top_p", options.getTopP());
		write(span, "max_tokens", provider.maxTokens());
		write(span, "frequency_penalty", options.getFrequencyPenalty());
		write(span, "presence_penalty", options.getPresencePenalty());
		List<String> stop = options.getStopSequences();
		write(span, "stop", CollectionUtils.isEmpty(stop) ? null : List.copyOf(stop));
		write(span, "response_format", provider.responseFormat());
		writeTools(span, options, provider, definitions);
		write(span, "tool_choice", provider.toolChoice());
		write(span, "parallel_tool_calls", provider.parallelToolCalls());
	}

	private static void writeTools(ProjectSpan span, ChatOptions options, ProviderParameters provider,
			Function<ToolCallback, ToolDefinition> source) {
		List<ToolCallback> callbacks = (options instanceof ToolCallingChatOptions tools) ? tools.getToolCallbacks()
				: null;
		if (CollectionUtils.isEmpty(callbacks) && provider.providerTools().isEmpty()) {
			return;
		}
		List<ToolDefinition> definitions = new ArrayList<>();
		if (callbacks != null) {
			for (ToolCallback callback : callbacks) {
				definitions.add(definition(callback, source));
			}
		}
		span.metadata("tools", new ToolDefinitions(definitions, provider.strict(), provider.providerTools()));
	}

	// A class that a tool of the application misses says nothing about our libraries.
	private static ToolDefinition definition(ToolCallback tool, Function<ToolCallback, ToolDefinition> source) {
		try {
			return source.apply(tool);
		}
		catch (LinkageError ex) {
			throw new IllegalStateException(ex);
		}
	}

	public static void write(ProjectSpan span, String key, @Nullable Object value) {
		if (value != null) {
			span.metadata(key, value);
		}
	}

}
