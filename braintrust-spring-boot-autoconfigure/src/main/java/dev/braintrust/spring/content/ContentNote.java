package dev.braintrust.spring.content;

import io.opentelemetry.api.common.AttributeKey;

/**
 * What stands in a span for content that it does not have.
 *
 * @param json the JSON of the note
 */
record ContentNote(String json) {

	static ContentNote of(String text) {
		return new ContentNote('"' + text + '"');
	}

	// The note as a value of an attribute: messages of OpenTelemetry's conventions are an
	// array, whatever they say.
	ContentNote in(AttributeKey<String> attribute) {
		if (attribute == GenAiAttributes.INPUT) {
			return new ContentNote(message("user") + "}]");
		}
		if (attribute == GenAiAttributes.OUTPUT) {
			return new ContentNote(message("assistant") + ",\"finish_reason\":\"unknown\"}]");
		}
		return this;
	}

	private String message(String role) {
		return "[{\"role\":\"" + role + "\",\"parts\":[{\"type\":\"text\",\"content\":" + this.json + "}]";
	}

}
