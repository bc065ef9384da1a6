package dev.braintrust.spring.content;

import java.util.ArrayList;
import java.util.List;

import dev.braintrust.spring.ContentFilter.Field;
import dev.braintrust.spring.content.json.CapturedJson;
import dev.braintrust.spring.content.json.ContentSize;
import dev.braintrust.spring.content.json.JsonPayload;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.settings.ProjectSettings.CaptureFormat;
import io.opentelemetry.api.common.AttributeKey;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;

/**
 * A captured field of a span that becomes an attribute.
 */
final class ContentField extends JsonPayload {

	private static final AttributeKey<String> INPUT = AttributeKey.stringKey("braintrust.input_json");

	private static final AttributeKey<String> EXPECTED = AttributeKey.stringKey("braintrust.expected_json");

	private static final AttributeKey<String> OUTPUT = AttributeKey.stringKey("braintrust.output_json");

	private static final AttributeKey<String> METADATA = AttributeKey.stringKey("braintrust.metadata");

	private static final AttributeKey<String> METRICS = AttributeKey.stringKey("braintrust.metrics");

	private static final AttributeKey<String> SCORES = AttributeKey.stringKey("braintrust.scores");

	private static final String PROMPT = "prompt";

	private static final int MIN_TEXT_LENGTH = 64;

	private final AttributeKey<String> attribute;

	private final Field field;

	private final CaptureFormat format;

	private final ProjectSettings.Capture capture;

	private Object value;

	private boolean media = true;

	private int maxTextLength = JsonTexts.UNCUT;

	// The value that is being written. If writing fails, this value is the cause.
	private Object written;

	private Object largest;

	private int largestLength = -1;

	private ContentField(AttributeKey<String> attribute, Field field, CaptureFormat format,
			ProjectSettings.Capture capture, Object value) {
		this.attribute = attribute;
		this.field = field;
		this.format = format;
		this.capture = capture;
		this.value = value;
		this.written = value;
		this.largest = value;
	}

	// Return the attributes for the captured fields of a span, in the format of
	// the project.
	static List<ContentField> of(SpanFields fields, @Nullable SpanType type, ProjectSettings.Capture capture) {
		List<ContentField> content = new ArrayList<>(5);
		boolean genAi = capture.format() != CaptureFormat.BRAINTRUST && type != null && type.isGenAi();
		boolean own = !genAi || capture.format() != CaptureFormat.GEN_AI;
		if (genAi) {
			addGenAi(content, fields, type == SpanType.TOOL, capture);
		}
		if (own) {
			add(content, INPUT, Field.INPUT, CaptureFormat.BRAINTRUST, capture, fields.input());
			add(content, OUTPUT, Field.OUTPUT, CaptureFormat.BRAINTRUST, capture, fields.output());
		}
		add(content, EXPECTED, Field.INPUT, CaptureFormat.BRAINTRUST, capture, fields.expected());
		addEntries(content, METADATA, capture, fields.metadata(), own);
		addEntries(content, METRICS, capture, fields.metrics(), own);
		addEntries(content, SCORES, capture, fields.scores(), true);
		return content;
	}

	private static void addGenAi(List<ContentField> content, SpanFields fields, boolean tool,
			ProjectSettings.Capture capture) {
		Object input = fields.input();
		Object output = fields.output();
		add(content, tool ? GenAiAttributes.TOOL_ARGUMENTS : GenAiAttributes.INPUT, Field.INPUT, CaptureFormat.GEN_AI,
				capture, tool ? input : GenAiAttributes.input(input));
		add(content, tool ? GenAiAttributes.TOOL_RESULT : GenAiAttributes.OUTPUT, Field.OUTPUT, CaptureFormat.GEN_AI,
				capture, tool ? output : GenAiAttributes.output(output));
		Entries metadata = fields.metadata();
		add(content, GenAiAttributes.TOOL_DEFINITIONS, Field.METADATA, CaptureFormat.GEN_AI, capture,
				(metadata != null) ? metadata.get("tools") : null);
	}

	// Leave out entries that become attributes of the conventions.
	private static void addEntries(List<ContentField> content, AttributeKey<String> attribute,
			ProjectSettings.Capture capture, @Nullable Entries entries, boolean all) {
		Entries own = (entries == null || all) ? entries : entries.without(GenAiAttributes::isAttribute);
		add(content, attribute, Field.METADATA, CaptureFormat.BRAINTRUST, capture, own);
	}

	private static void add(List<ContentField> content, AttributeKey<String> attribute, Field field,
			CaptureFormat format, ProjectSettings.Capture capture, @Nullable Object value) {
		if (value != null && (field != Field.INPUT || capture.input()) && (field != Field.OUTPUT || capture.output())) {
			content.add(new ContentField(attribute, field, format, capture, value));
		}
	}

	AttributeKey<String> attribute() {
		return this.attribute;
	}

	Object written() {
		return this.written;
	}

	@Override
	public long size() {
		return ContentSize.of(this.value);
	}

	@Override
	public void serialize(JsonGenerator json, SerializationContext context) {
		JsonTexts texts = (JsonTexts) context.getAttribute(JsonTexts.class);
		context.setAttribute(CaptureFormat.class, this.format);
		texts.start(this.field, this.maxTextLength, this.media);
		if (!(this.value instanceof Entries entries)) {
			writeValue(json, context, texts, this.value);
			return;
		}
		this.largestLength = -1;
		json.writeStartObject();
		entries.forEach((key, entry) -> {
			int start = texts.position(json);
			json.writeName(key);
			writeEntry(json, context, texts, key, entry);
			int length = texts.position(json) - start;
			if (length > this.largestLength && !(entry instanceof Note)) {
				this.largest = entry;
				this.largestLength = length;
			}
		});
		json.writeEndObject();
	}

	private void writeEntry(JsonGenerator json, SerializationContext context, JsonTexts texts, String key,
			Object entry) {
		this.written = entry;
		// Strings that the application sets as metadata are not filtered.
		if (entry instanceof String text) {
			texts.writeUnfiltered(json, text);
		}
		else if (entry instanceof CapturedJson captured && key.equals(PROMPT)) {
			texts.writePrompt(json, captured, this.capture.input());
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
		if (value instanceof Note note) {
			json.writeRawValue(note.json(this.attribute));
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

	// Replace the value that could not be written with a note.
	void replaceWritten(Note note) {
		replace(this.written, note);
	}

	private void replace(Object replaced, Note note) {
		this.value = (this.value instanceof Entries entries) ? entries.with(replaced, note) : note;
	}

	// Make the field smaller if it is too large: first replace media with notes, then cut
	// texts, then replace the largest part with a note.
	boolean shrink(JsonBuffer.Json json, long maxSize) {
		boolean entries = this.value instanceof Entries;
		if (this.value instanceof Note || json.length() <= maxSize || (entries && this.largestLength < 0)) {
			return false;
		}
		if (this.media) {
			this.media = false;
		}
		else if (this.maxTextLength > MIN_TEXT_LENGTH) {
			this.maxTextLength = (int) Math.min(this.maxTextLength, maxSize) / 2;
		}
		else {
			int length = entries ? this.largestLength : json.toString().length();
			replace(this.largest, new Note("[cut, " + length + " characters of JSON]"));
		}
		return true;
	}

	/**
	 * A note in a span that replaces missing content.
	 */
	record Note(String text) {

		// The messages of OpenTelemetry's conventions must be an array, so the note is
		// wrapped in one.
		String json(AttributeKey<String> attribute) {
			String json = '"' + this.text + '"';
			if (attribute == GenAiAttributes.INPUT) {
				return message("user", json) + "}]";
			}
			if (attribute == GenAiAttributes.OUTPUT) {
				return message("assistant", json) + ",\"finish_reason\":\"unknown\"}]";
			}
			return json;
		}

		private static String message(String role, String json) {
			return "[{\"role\":\"" + role + "\",\"parts\":[{\"type\":\"text\",\"content\":" + json + "}]";
		}

	}

}
