package dev.braintrust.spring.content.json;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.core.exc.StreamWriteException;

/**
 * Completes what failed while it was written.
 */
final class PartialValue {

	private PartialValue() {
	}

	static String mark(Throwable failure) {
		return "[" + failure.getClass().getName() + "]";
	}

	// Close what was begun within an object or an array.
	static void close(JsonGenerator json, TokenStreamContext around, String mark) {
		String next = mark;
		while (json.streamWriteContext() != around) {
			if (json.streamWriteContext().inArray()) {
				if (!next.isEmpty()) {
					json.writeString(next);
				}
				json.writeEndArray();
			}
			else {
				writeIfExpected(json, mark);
				json.writeEndObject();
			}
			next = "";
		}
	}

	// Write a value where the name of a property stands without one.
	static boolean writeIfExpected(JsonGenerator json, String value) {
		try {
			json.writeString(value);
			return true;
		}
		catch (StreamWriteException ex) {
			return false;
		}
	}

}
