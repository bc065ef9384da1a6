package dev.braintrust.spring.content;

import java.util.Set;
import java.util.function.Consumer;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Copies JSON, and lets its strings and numbers be written otherwise.
 */
final class JsonCopy {

	static final JsonFactory JSON = new JsonFactory();

	private JsonCopy() {
	}

	/**
	 * Copy JSON.
	 * @param json what to write to
	 * @param text the JSON
	 * @param absent the names of properties of the outer object that are left out
	 * @param strings writes a string
	 * @param numbers writes a number
	 */
	static void copy(JsonGenerator json, String text, Set<String> absent, Consumer<String> strings,
			Consumer<String> numbers) {
		try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
			int depth = 0;
			for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
				if (token == JsonToken.PROPERTY_NAME && depth == 1 && absent.contains(parser.currentName())) {
					parser.nextToken();
					parser.skipChildren();
				}
				else if (token == JsonToken.VALUE_STRING) {
					strings.accept(parser.getString());
				}
				else if (token.isNumeric()) {
					numbers.accept(parser.getString());
				}
				else {
					depth += token.isStructStart() ? 1 : (token.isStructEnd() ? -1 : 0);
					json.copyCurrentEvent(parser);
				}
			}
		}
	}

	/**
	 * Whether a text is one JSON value.
	 * @param text the text
	 * @return whether it is
	 */
	static boolean isJson(String text) {
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

}
