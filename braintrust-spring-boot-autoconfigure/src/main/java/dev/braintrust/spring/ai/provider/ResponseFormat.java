package dev.braintrust.spring.ai.provider;

import dev.braintrust.spring.ai.message.JsonText;
import dev.braintrust.spring.content.json.ContentSize;
import dev.braintrust.spring.content.json.JsonPayload;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;

import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.model.tool.StructuredOutputChatOptions;

/**
 * The requested response format, in OpenAI's form: {@code {"type": "json_object"}}, or
 * {@code {"type": "json_schema", "json_schema": {"name": …, "strict": …, "schema":
 * {…}}}}.
 */
final class ResponseFormat extends JsonPayload {

	private final String type;

	private final @Nullable String name;

	private final @Nullable Boolean strict;

	private final @Nullable String schema;

	private ResponseFormat(String type, @Nullable String name, @Nullable Boolean strict, @Nullable String schema) {
		this.type = type;
		this.name = name;
		this.strict = strict;
		this.schema = schema;
	}

	// A format without a schema.
	static ResponseFormat ofType(String type) {
		return new ResponseFormat(type, null, null, null);
	}

	// The schema from Spring AI's own options.
	static @Nullable ResponseFormat ofSchema(ChatOptions options) {
		String schema = (options instanceof StructuredOutputChatOptions structured) ? structured.getOutputSchema()
				: null;
		if (schema == null || schema.isBlank()) {
			return null;
		}
		// In Ollama, this value requests any JSON.
		return schema.equals("json") ? ofType("json_object") : ofSchema(null, null, schema);
	}

	static ResponseFormat ofSchema(@Nullable String name, @Nullable Boolean strict, String schema) {
		return new ResponseFormat("json_schema", name, strict, schema);
	}

	@Override
	public long size() {
		return ContentSize.of(this.schema);
	}

	@Override
	public void serialize(JsonGenerator json, SerializationContext context) {
		json.writeStartObject();
		json.writeStringProperty("type", this.type);
		if (this.schema != null) {
			json.writeObjectPropertyStart("json_schema");
			if (this.name != null) {
				json.writeStringProperty("name", this.name);
			}
			if (this.strict != null) {
				json.writeBooleanProperty("strict", this.strict);
			}
			json.writeName("schema");
			JsonText.writeStructure(json, this.schema);
			json.writeEndObject();
		}
		json.writeEndObject();
	}

}
