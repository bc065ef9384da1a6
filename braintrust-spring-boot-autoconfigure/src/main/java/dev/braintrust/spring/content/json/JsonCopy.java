package dev.braintrust.spring.content.json;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * Copies JSON and lets a caller replace its names, strings and numbers.
 */
public final class JsonCopy {

	// No limits: the content of a span was already in memory.
	public static final JsonFactory JSON = JsonFactory.builder()
		.streamReadConstraints(StreamReadConstraints.builder()
			.maxNumberLength(Integer.MAX_VALUE)
			.maxNameLength(Integer.MAX_VALUE)
			.maxStringLength(Integer.MAX_VALUE)
			.build())
		.streamWriteConstraints(StreamWriteConstraints.builder().maxNestingDepth(Integer.MAX_VALUE).build())
		.build();

	private JsonCopy() {
	}

	public static void copy(JsonGenerator json, String text, Content content) {
		try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
			for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
				if (token == JsonToken.PROPERTY_NAME) {
					if (!content.name(parser.currentName())) {
						parser.nextToken();
						parser.skipChildren();
					}
				}
				else if (token == JsonToken.VALUE_STRING) {
					content.string(parser.getString());
				}
				else if (token.isNumeric()) {
					content.number(parser.getString());
				}
				else {
					json.copyCurrentEvent(parser);
				}
			}
		}
	}

	// Copy one value up to a maximum depth. Deeper values become a mark.
	public static void copy(JsonGenerator json, JsonParser parser, int maxDepth) {
		for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
			if (token.isStructStart() && json.streamWriteContext().getNestingDepth() >= maxDepth) {
				json.writeString(GuardedSerializer.TOO_DEEP);
				parser.skipChildren();
			}
			else if (token == JsonToken.NOT_AVAILABLE) {
				// The missing node at the end of a tree path.
				json.writeNull();
			}
			else if (token == JsonToken.VALUE_EMBEDDED_OBJECT) {
				json.writePOJO(parser.getEmbeddedObject());
			}
			else if (token.isNumeric() && !parser.isNaN()) {
				json.writeNumber(parser.getString());
			}
			else {
				json.copyCurrentEvent(parser);
			}
		}
	}

	// Write a text that should be JSON, or write it as a string if it is not.
	public static void writeRaw(JsonGenerator json, String text) {
		if (isJson(text)) {
			json.writeRawValue(text);
		}
		else {
			json.writeString(text);
		}
	}

	public static boolean isJson(String text) {
		try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
			if (parser.nextToken() == null) {
				return false;
			}
			parser.skipChildren();
			JsonToken trailing = parser.nextToken();
			return trailing == null;
		}
		catch (JacksonException ex) {
			return false;
		}
	}

	/**
	 * Receives names, strings and numbers of the JSON, and writes them or replacements.
	 */
	public interface Content {

		// Write the name of a property. Return false to skip the property.
		boolean name(String name);

		void string(String text);

		void number(String number);

	}

}
