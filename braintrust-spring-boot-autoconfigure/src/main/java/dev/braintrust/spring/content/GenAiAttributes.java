package dev.braintrust.spring.content;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.braintrust.spring.content.json.CapturedJson;
import dev.braintrust.spring.content.json.ContentSize;
import dev.braintrust.spring.content.json.JsonCopy;
import dev.braintrust.spring.content.json.JsonPayload;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.AttributesBuilder;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.databind.SerializationContext;

/**
 * The attributes of OpenTelemetry's conventions for generative AI. Fields without an
 * attribute in the conventions stay in Braintrust's own attributes.
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

	private static final AttributeKey<List<String>> STOP_SEQUENCES = AttributeKey
		.stringArrayKey("gen_ai.request.stop_sequences");

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
			"azure", "azure.ai.openai", "bedrock", "aws.bedrock", "xai", "x_ai", "vertex", "gcp.vertex_ai");

	// Operations by the names of the spans that are created for models other than chat.
	private static final Map<String, String> OPERATIONS = Map.of("Embedding", "embeddings", "Image Generation",
			"generate_content", "Speech", "generate_content", "Transcription", "generate_content");

	private GenAiAttributes() {
	}

	// Whether an entry of the metadata or metrics becomes an attribute of the
	// conventions, or follows from other attributes.
	static boolean isAttribute(String key, Object value) {
		if (value instanceof Number) {
			return DOUBLES.containsKey(key) || LONGS.containsKey(key) || key.equals("tokens");
		}
		return (value instanceof String && TEXTS.containsKey(key))
				|| (value instanceof CapturedJson captured && key.equals(STOP) && texts(captured) != null)
				|| (value instanceof JsonPayload && key.equals("tools"));
	}

	// Add the attributes that are not JSON.
	static void add(AttributesBuilder attributes, String name, SpanType type, SpanFields fields) {
		switch (type) {
			case LLM -> attributes.put(OPERATION, OPERATIONS.getOrDefault(name, "chat"));
			case TASK -> attributes.put(OPERATION, "invoke_agent").put("gen_ai.agent.name", name);
			case TOOL -> attributes.put(OPERATION, "execute_tool").put("gen_ai.tool.name", name);
			default -> {
				return;
			}
		}
		List<ErrorWriter.Failure> errors = fields.errors();
		if (!errors.isEmpty()) {
			attributes.put("error.type", errors.get(errors.size() - 1).error().getClass().getName());
		}
		add(attributes, fields.metadata(), errors.isEmpty());
		add(attributes, fields.metrics(), errors.isEmpty());
	}

	private static void add(AttributesBuilder attributes, @Nullable Entries entries, boolean answered) {
		if (entries != null) {
			entries.forEach((key, value) -> add(attributes, key, value, answered));
		}
	}

	private static void add(AttributesBuilder attributes, String key, Object value, boolean answered) {
		if (value instanceof String text && key.equals("provider")) {
			attributes.put(TEXTS.get(key), PROVIDERS.getOrDefault(text, text));
		}
		else if (value instanceof String text && TEXTS.containsKey(key)) {
			// Without an answer, this is the requested model.
			attributes.put(answered ? TEXTS.get(key) : "gen_ai.request.model", text);
		}
		else if (value instanceof Number number && DOUBLES.containsKey(key)) {
			attributes.put(DOUBLES.get(key), number.doubleValue());
		}
		else if (value instanceof Number number && LONGS.containsKey(key)) {
			attributes.put(LONGS.get(key), number.longValue());
		}
		else if (value instanceof CapturedJson captured && key.equals(STOP)) {
			List<String> texts = texts(captured);
			if (texts != null) {
				attributes.put(STOP_SEQUENCES, texts);
			}
		}
	}

	// Return the strings of an array, or null if the array holds other values.
	private static @Nullable List<String> texts(CapturedJson captured) {
		List<String> texts = new ArrayList<>();
		try (JsonParser parser = JsonCopy.JSON.createParser(ObjectReadContext.empty(), captured.json())) {
			if (parser.nextToken() != JsonToken.START_ARRAY) {
				return null;
			}
			for (JsonToken token = parser.nextToken(); token == JsonToken.VALUE_STRING; token = parser.nextToken()) {
				texts.add(parser.getString());
			}
			return (parser.currentToken() == JsonToken.END_ARRAY) ? texts : null;
		}
	}

	static @Nullable Object input(@Nullable Object captured) {
		return message("user", captured);
	}

	static @Nullable Object output(@Nullable Object captured) {
		return message("assistant", captured);
	}

	private static @Nullable Object message(String role, @Nullable Object captured) {
		if (captured == null || captured == CapturedJson.NULL) {
			return null;
		}
		boolean messages = captured instanceof JsonPayload payload && payload.isMessages();
		return messages ? captured : new TextMessage(role, captured);
	}

	/**
	 * Content that is not a list of messages, wrapped as the single message that
	 * OpenTelemetry's conventions for generative AI can hold: {@code [{"role": "user",
	 * "parts": [{"type": "text", "content": "…"}]}]}.
	 */
	private static final class TextMessage extends JsonPayload {

		private final String role;

		private final Object value;

		private TextMessage(String role, Object value) {
			this.role = role;
			this.value = value;
		}

		@Override
		public long size() {
			return ContentSize.of(this.value);
		}

		@Override
		public void serialize(JsonGenerator json, SerializationContext context) {
			json.writeStartArray();
			json.writeStartObject();
			json.writeStringProperty("role", this.role);
			json.writeArrayPropertyStart("parts");
			if (this.value instanceof JsonPayload payload) {
				json.writeStartObject();
				json.writeStringProperty("type", "json");
				json.writeName("content");
				payload.serialize(json, context);
				json.writeEndObject();
			}
			else {
				writeParts(json, context, split(context));
			}
			json.writeEndArray();
			if (this.role.equals("assistant")) {
				json.writeStringProperty("finish_reason", "stop");
			}
			json.writeEndObject();
			json.writeEndArray();
		}

		// A text part cannot hold attachments, so they follow as separate parts.
		private ContentJson.SplitText split(SerializationContext context) {
			return (this.value instanceof CapturedJson captured) ? ContentJson.split(context, captured)
					: ContentJson.split(context, this.value.toString());
		}

		private static void writeParts(JsonGenerator json, SerializationContext context, ContentJson.SplitText split) {
			if (!split.text().isEmpty() || split.attachments().isEmpty()) {
				json.writeStartObject();
				json.writeStringProperty("type", "text");
				ContentJson.text(json, context, "content", split.text());
				json.writeEndObject();
			}
			for (RecordedAttachment attachment : split.attachments()) {
				attachment.writePart(json);
			}
		}

	}

}
