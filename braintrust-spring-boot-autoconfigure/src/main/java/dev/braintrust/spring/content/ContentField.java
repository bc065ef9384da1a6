package dev.braintrust.spring.content;

import java.util.function.BiPredicate;

import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.content.json.CapturedJson;
import dev.braintrust.spring.content.json.JsonPayload;
import dev.braintrust.spring.settings.ProjectSettings.CaptureFormat;
import io.opentelemetry.api.common.AttributeKey;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;

/**
 * A field of a span on its way to an attribute.
 */
final class ContentField {

	private static final String PROMPT = "prompt";

	private static final int MIN_TEXT_LENGTH = 64;

	private final AttributeKey<String> attribute;

	private final ContentFilter.Field field;

	private final CaptureFormat format;

	private final BiPredicate<String, Object> absent;

	private final boolean variables;

	private Object value;

	private boolean media = true;

	private int maxTextLength = JsonTexts.UNCUT;

	private int start;

	private int end;

	private Object written;

	private Object largest;

	private int largestLength = 1;

	ContentField(AttributeKey<String> attribute, ContentFilter.Field field, CaptureFormat format, Object value) {
		this(attribute, field, format, value, (key, entry) -> false, true);
	}

	ContentField(AttributeKey<String> attribute, ContentFilter.Field field, CaptureFormat format, Object value,
			BiPredicate<String, Object> absent, boolean variables) {
		this.attribute = attribute;
		this.field = field;
		this.format = format;
		this.value = value;
		this.absent = absent;
		this.variables = variables;
		this.written = value;
		this.largest = value;
	}

	AttributeKey<String> attribute() {
		return this.attribute;
	}

	int start() {
		return this.start;
	}

	int end() {
		return this.end;
	}

	void write(JsonGenerator json, SerializationContext context, JsonTexts texts, JsonBuffer buffer, int separator) {
		context.setAttribute(CaptureFormat.class, this.format);
		texts.start(this.field, this.maxTextLength, this.media);
		this.start = buffer.position(json) + separator;
		if (this.value instanceof Entries entries) {
			this.largestLength = -1;
			json.writeStartObject();
			entries.forEach((key, entry) -> {
				if (!this.absent.test(key, entry)) {
					int entryStart = buffer.position(json);
					json.writeName(key);
					writeEntry(json, context, texts, key, entry);
					measure(entry, buffer.position(json) - entryStart);
				}
			});
			json.writeEndObject();
		}
		else {
			writeValue(json, context, texts, this.value);
		}
		this.end = buffer.position(json);
	}

	private void measure(Object entry, int length) {
		if (length > this.largestLength && !(entry instanceof ContentNote)) {
			this.largest = entry;
			this.largestLength = length;
		}
	}

	private void writeEntry(JsonGenerator json, SerializationContext context, JsonTexts texts, String key,
			Object entry) {
		this.written = entry;
		// What the application says about a span by itself is not filtered.
		if (entry instanceof String text) {
			texts.writeUnfiltered(json, text);
		}
		else if (entry instanceof CapturedJson captured && key.equals(PROMPT)) {
			texts.writePrompt(json, captured, this.variables);
		}
		else if (entry instanceof CapturedJson captured) {
			texts.write(json, captured, false);
		}
		else {
			writeValue(json, context, texts, entry);
		}
	}

	private void writeValue(JsonGenerator json, SerializationContext context, JsonTexts texts, Object value) {
		this.written = value;
		if (value instanceof ContentNote note) {
			json.writeRawValue(note.json());
		}
		else if (value instanceof CapturedJson captured) {
			texts.write(json, captured, true);
		}
		else if (value instanceof String text) {
			texts.write(json, text);
		}
		else if (value instanceof JsonPayload payload) {
			payload.serialize(json, context);
		}
		else {
			context.writeValue(json, value);
		}
	}

	// What was to be written last: where the writing failed, what cannot be written.
	Object written() {
		return this.written;
	}

	// Write a note in place of what cannot be written.
	void replaceWritten(ContentNote note) {
		replace(this.written, note);
	}

	private void replace(Object replaced, ContentNote note) {
		if (this.value instanceof Entries entries) {
			this.value = entries.with(replaced, note);
		}
		else {
			this.value = note.in(this.attribute);
		}
	}

	// Make the field smaller where it is too large: first media become notes, then texts
	// are cut, then what is largest becomes a note.
	boolean shrink(JsonBuffer buffer, long maxSize) {
		boolean small = this.value instanceof ContentNote || buffer.isWithin(this.start, this.end, maxSize);
		if (small || this.largestLength < 0) {
			return false;
		}
		if (this.media) {
			this.media = false;
		}
		else if (this.maxTextLength > MIN_TEXT_LENGTH) {
			this.maxTextLength = (int) Math.min(this.maxTextLength, maxSize) / 2;
		}
		else {
			int length = (this.value instanceof Entries) ? this.largestLength : this.end - this.start;
			replace(this.largest, ContentNote.of("[cut, " + length + " characters of JSON]"));
			this.largest = this.value;
		}
		return true;
	}

}
