package dev.braintrust.spring.content;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import dev.braintrust.spring.ContentFilter;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes the texts of the content of spans: filtered, cut where a field is too large, and
 * no oftener than needed. In a tool loop each model call carries all messages of the one
 * before it, and the task carries the last answer again: the JSON of a long text is made
 * once, and copied from then on. Texts are told by identity, since comparing them would
 * cost what is to be saved.
 */
final class JsonTexts {

	static final int UNCUT = Integer.MAX_VALUE;

	private static final int MIN_LENGTH = 256;

	private static final JsonFactory JSON = new JsonFactory();

	private final JsonBuffer buffer;

	private final TextFilter filter;

	private final Map<String, Place> places = new IdentityHashMap<>();

	private final List<Mark> marks = new ArrayList<>();

	private ContentFilter.Field field = ContentFilter.Field.INPUT;

	private int maxLength = UNCUT;

	JsonTexts(JsonBuffer buffer, TextFilter filter) {
		this.buffer = buffer;
		this.filter = filter;
	}

	/**
	 * Start a field.
	 * @param field the field
	 * @param maxLength the length above which a text is cut
	 */
	void start(ContentFilter.Field field, int maxLength) {
		this.field = field;
		this.maxLength = maxLength;
	}

	void write(JsonGenerator json, String text) {
		boolean shared = text.length() >= MIN_LENGTH && this.maxLength == UNCUT;
		Place place = shared ? this.places.get(text) : null;
		if (place != null) {
			json.writeRawValue(place.json(), place.start(), place.length());
			return;
		}
		int start = this.buffer.position(json);
		json.writeString(cut(this.filter.apply(text, this.field)));
		if (shared) {
			this.marks.add(new Mark(text, start, this.buffer.position(json)));
		}
	}

	/**
	 * Write a text that no filter is to see.
	 * @param json what to write to
	 * @param text the text
	 */
	void writeUnfiltered(JsonGenerator json, String text) {
		json.writeString(cut(text));
	}

	private String cut(String text) {
		if (text.length() <= this.maxLength) {
			return text;
		}
		boolean splitsCharacter = Character.isHighSurrogate(text.charAt(this.maxLength - 1));
		int end = splitsCharacter ? this.maxLength - 1 : this.maxLength;
		return text.substring(0, end) + "… [cut, " + text.length() + " characters]";
	}

	/**
	 * Write JSON whose strings are texts.
	 * @param json what to write to
	 * @param text the JSON
	 */
	void writeJson(JsonGenerator json, String text) {
		if (this.filter.isEmpty() && this.maxLength == UNCUT) {
			json.writeRawValue(text);
			return;
		}
		copy(json, text, (string) -> write(json, string));
	}

	/**
	 * Write JSON that no filter is to see.
	 * @param json what to write to
	 * @param text the JSON
	 */
	void writeUnfilteredJson(JsonGenerator json, String text) {
		if (this.maxLength == UNCUT) {
			json.writeRawValue(text);
		}
		else {
			copy(json, text, (string) -> writeUnfiltered(json, string));
		}
	}

	private static void copy(JsonGenerator json, String text, Consumer<String> strings) {
		try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
			for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
				if (token == JsonToken.VALUE_STRING) {
					strings.accept(parser.getString());
				}
				else {
					json.copyCurrentEvent(parser);
				}
			}
		}
	}

	/**
	 * Keep the places of the texts in a field that is complete.
	 * @param json the JSON of the field
	 * @param start where it starts in the buffer
	 * @param end where it ends there
	 */
	void keep(String json, int start, int end) {
		for (Mark mark : this.marks) {
			if (mark.start() >= start && mark.end() <= end) {
				// A comma or a colon may stand before the text.
				int first = (this.buffer.charAt(mark.start()) != '"') ? mark.start() + 1 : mark.start();
				this.places.put(mark.text(), new Place(json, first - start, mark.end() - first));
			}
		}
	}

	void clearMarks() {
		this.marks.clear();
	}

	/**
	 * Where the JSON of a text stands.
	 *
	 * @param json what it is a part of
	 * @param start where it starts
	 * @param length its length, with the quotes
	 */
	private record Place(String json, int start, int length) {
	}

	/**
	 * Where a text was written in the buffer.
	 *
	 * @param text the text
	 * @param start where it starts, or the separator before it
	 * @param end where it ends
	 */
	private record Mark(String text, int start, int end) {
	}

}
