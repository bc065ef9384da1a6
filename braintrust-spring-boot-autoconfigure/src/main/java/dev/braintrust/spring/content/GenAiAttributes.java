package dev.braintrust.spring.content;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.AttributesBuilder;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The attributes of OpenTelemetry's conventions for generative AI. What Braintrust has a
 * field for and the conventions have none stays in Braintrust's own attributes.
 *
 * @see <a href=
 * "https://github.com/open-telemetry/semantic-conventions/blob/v1.41.1/docs/registry/attributes/gen-ai.md">OpenTelemetry,
 * "Generative AI attributes"</a>
 */
final class GenAiAttributes {

	static final AttributeKey<String> INPUT = AttributeKey.stringKey("gen_ai.input.messages");

	static final AttributeKey<String> OUTPUT = AttributeKey.stringKey("gen_ai.output.messages");

	static final AttributeKey<String> TOOL_DEFINITIONS = AttributeKey.stringKey("gen_ai.tool.definitions");

	static final AttributeKey<String> TOOL_ARGUMENTS = AttributeKey.stringKey("gen_ai.tool.call.arguments");

	static final AttributeKey<String> TOOL_RESULT = AttributeKey.stringKey("gen_ai.tool.call.result");

	private static final String OPERATION = "gen_ai.operation.name";

	private static final String STOP = "stop";

	private static final Map<String, String> TEXTS = Map.of("provider", "gen_ai.provider.name", "model",
			"gen_ai.response.model");

	private static final Map<String, String> DOUBLES = Map.of("temperature", "gen_ai.request.temperature", "top_p",
			"gen_ai.request.top_p", "frequency_penalty", "gen_ai.request.frequency_penalty", "presence_penalty",
			"gen_ai.request.presence_penalty", "time_to_first_token", "gen_ai.response.time_to_first_chunk");

	private static final Map<String, String> LONGS = Map.of("max_tokens", "gen_ai.request.max_tokens", "prompt_tokens",
			"gen_ai.usage.input_tokens", "completion_tokens", "gen_ai.usage.output_tokens", "prompt_cached_tokens",
			"gen_ai.usage.cache_read.input_tokens", "prompt_cache_creation_tokens",
			"gen_ai.usage.cache_creation.input_tokens", "completion_reasoning_tokens",
			"gen_ai.usage.reasoning.output_tokens");

	private static final Map<String, String> PROVIDERS = Map.of("google", "gcp.gemini", "mistral", "mistral_ai",
			"azure", "azure.ai.openai", "bedrock", "aws.bedrock", "xai", "x_ai");

	private static final Set<String> METADATA = Set.of("provider", "model", "temperature", "top_p", "max_tokens",
			"frequency_penalty", "presence_penalty", STOP, "tools");

	/**
	 * The metrics that have an attribute, and their sum.
	 */
	static final Set<String> METRICS = Set.of("prompt_tokens", "completion_tokens", "tokens", "prompt_cached_tokens",
			"prompt_cache_creation_tokens", "completion_reasoning_tokens", "time_to_first_token");

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	private GenAiAttributes() {
	}

	/**
	 * The metadata that has an attribute.
	 * @param others other keys to add
	 * @return the keys
	 */
	static Set<String> metadata(Set<String> others) {
		if (others.isEmpty()) {
			return METADATA;
		}
		Set<String> keys = new HashSet<>(METADATA);
		keys.addAll(others);
		return keys;
	}

	/**
	 * Add the attributes that are not JSON.
	 * @param attributes what to add them to
	 * @param name the name of the span
	 * @param type the type of the span
	 * @param fields what was captured
	 */
	static void add(AttributesBuilder attributes, String name, SpanType type, SpanFields fields) {
		switch (type) {
			case LLM -> attributes.put(OPERATION, "chat");
			case TASK -> attributes.put(OPERATION, "invoke_agent").put("gen_ai.agent.name", name);
			case TOOL -> attributes.put(OPERATION, "execute_tool").put("gen_ai.tool.name", name);
			case FUNCTION -> {
				return;
			}
		}
		add(attributes, fields.metadata());
		add(attributes, fields.metrics());
	}

	private static void add(AttributesBuilder attributes, @Nullable Entries entries) {
		if (entries != null) {
			entries.forEach((key, value) -> add(attributes, key, value));
		}
	}

	private static void add(AttributesBuilder attributes, String key, Object value) {
		if (value instanceof String text && TEXTS.containsKey(key)) {
			attributes.put(TEXTS.get(key), key.equals("provider") ? PROVIDERS.getOrDefault(text, text) : text);
		}
		else if (value instanceof Number number && DOUBLES.containsKey(key)) {
			attributes.put(DOUBLES.get(key), number.doubleValue());
		}
		else if (value instanceof Number number && LONGS.containsKey(key)) {
			attributes.put(LONGS.get(key), number.longValue());
		}
		else if (value instanceof CapturedJson captured && key.equals(STOP)) {
			attributes.put(AttributeKey.stringArrayKey("gen_ai.request.stop_sequences"), texts(captured.json()));
		}
	}

	private static List<String> texts(String json) {
		try {
			return List.of(MAPPER.readValue(json, String[].class));
		}
		catch (JacksonException ex) {
			return List.of();
		}
	}

}
