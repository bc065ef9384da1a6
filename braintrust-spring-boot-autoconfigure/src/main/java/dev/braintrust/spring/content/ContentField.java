package dev.braintrust.spring.content;

import java.util.Set;

import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.properties.CaptureFormat;
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

	private final Set<String> absent;

	private Object value;

	private int maxTextLength = JsonTexts.UNCUT;

	private int start;

	private int end;

	private Object written;

	/**
	 * Create a field.
	 * @param attribute the attribute that it becomes
	 * @param field what a filter knows it as
	 * @param format the format to write
	 * @param value what was captured
	 */
	ContentField(AttributeKey<String> attribute, ContentFilter.Field field, CaptureFormat format, Object value) {
		this(attribute, field, format, value, Set.of());
	}

	/**
	 * Create a field whose object is written without some of its entries.
	 * @param attribute the attribute that it becomes
	 * @param field what a filter knows it as
	 * @param format the format to write
	 * @param value what was captured
	 * @param absent the keys of the entries that are left out
	 */
	ContentField(AttributeKey<String> attribute, ContentFilter.Field field, CaptureFormat format, Object value,
			Set<String> absent) {
		this.attribute = attribute;
		this.field = field;
		this.format = format;
		this.value = value;
		this.absent = absent;
		this.written = value;
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

	/**
	 * Write the field.
	 * @param json what to write to
	 * @param context the context of the writing
	 * @param texts writes the texts
	 * @param buffer what the generator writes to
	 * @param separator the length of the separator before the field
	 */
	void write(JsonGenerator json, SerializationContext context, JsonTexts texts, JsonBuffer buffer, int separator) {
		context.setAttribute(CaptureFormat.class, this.format);
		texts.start(this.field, this.maxTextLength);
		this.start = buffer.position(json) + separator;
		if (this.value instanceof Entries entries) {
			json.writeStartObject();
			entries.forEach((key, entry) -> writeEntry(json, context, texts, key, entry));
			json.writeEndObject();
		}
		else {
			writeValue(json, context, texts, this.value);
		}
		this.end = buffer.position(json);
	}

	private void writeEntry(JsonGenerator json, SerializationContext context, JsonTexts texts, String key,
			Object entry) {
		if (this.absent.contains(key)) {
			return;
		}
		json.writeName(key);
		// What the application says about a span by itself is not filtered.
		if (entry instanceof String text) {
			this.written = entry;
			texts.writeUnfiltered(json, text);
		}
		else if (entry instanceof CapturedJson captured && !key.equals(PROMPT)) {
			this.written = entry;
			texts.writeUnfilteredJson(json, captured.json());
		}
		else {
			writeValue(json, context, texts, entry);
		}
	}

	private void writeValue(JsonGenerator json, SerializationContext context, JsonTexts texts, Object value) {
		this.written = value;
		if (value instanceof Note note) {
			json.writeRawValue(note.json());
		}
		else if (value instanceof CapturedJson captured) {
			texts.writeJson(json, captured.json());
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

	/**
	 * What was to be written last: where the writing failed, what cannot be written.
	 * @return the value
	 */
	Object written() {
		return this.written;
	}

	/**
	 * Write a note in place of what cannot be written.
	 * @param note the note
	 */
	void replaceWritten(Note note) {
		if (this.value instanceof Entries entries) {
			entries.replace(this.written, note);
		}
		else {
			this.value = note;
		}
	}

	/**
	 * Cut the texts of the field where it is too large.
	 * @param buffer what it was written to
	 * @param maxSize the largest size in bytes
	 * @return whether it is to be written again
	 */
	boolean shrink(JsonBuffer buffer, long maxSize) {
		if (this.value instanceof Note || buffer.isWithin(this.start, this.end, maxSize)) {
			return false;
		}
		if (this.maxTextLength <= MIN_TEXT_LENGTH) {
			this.value = Note.of("[cut, " + (this.end - this.start) + " characters of JSON]");
		}
		else {
			this.maxTextLength = (int) Math.min(this.maxTextLength, maxSize) / 2;
		}
		return true;
	}

	/**
	 * What stands in a span for content that it does not have.
	 *
	 * @param json the JSON of the note
	 */
	record Note(String json) {

		/**
		 * Make a note.
		 * @param text its text, of characters that need no escaping
		 * @return the note
		 */
		static Note of(String text) {
			return new Note('"' + text + '"');
		}

	}

}
