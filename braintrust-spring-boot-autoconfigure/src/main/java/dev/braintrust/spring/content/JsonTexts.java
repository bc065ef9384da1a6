package dev.braintrust.spring.content;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

	private boolean media = true;

	JsonTexts(JsonBuffer buffer, TextFilter filter) {
		this.buffer = buffer;
		this.filter = filter;
	}

	/**
	 * Start a field.
	 * @param field the field
	 * @param maxLength the length above which a text is cut
	 * @param media whether there is room for the bytes of media
	 */
	void start(ContentFilter.Field field, int maxLength, boolean media) {
		this.field = field;
		this.maxLength = maxLength;
		this.media = media;
	}

	boolean hasRoomForMedia() {
		return this.media;
	}

	void write(JsonGenerator json, String text) {
		boolean shared = text.length() >= MIN_LENGTH && this.maxLength == UNCUT;
		Place place = shared ? this.places.get(text) : null;
		if (place != null && (place.field() == this.field || this.filter.isEmpty())) {
			json.writeRawValue(place.json(), place.start(), place.length());
			return;
		}
		int start = this.buffer.position(json);
		json.writeString(cut(this.filter.apply(text, this.field)));
		if (shared) {
			this.marks.add(new Mark(text, this.field, start, this.buffer.position(json)));
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
		return cut(text, this.maxLength);
	}

	static String cut(String text, int maxLength) {
		if (text.length() <= maxLength) {
			return text;
		}
		boolean splitsCharacter = Character.isHighSurrogate(text.charAt(maxLength - 1));
		int end = splitsCharacter ? maxLength - 1 : maxLength;
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
		copy(json, text, Set.of(), (string) -> write(json, string), (number) -> writeNumber(json, number));
	}

	// A number of an account or of a card is content as well.
	private void writeNumber(JsonGenerator json, String number) {
		String filtered = this.filter.apply(number, this.field);
		if (filtered.equals(number)) {
			json.writeNumber(number);
		}
		else {
			json.writeString(filtered);
		}
	}

	/**
	 * Write an object as {@link #writeJson} does, without some of its properties.
	 * @param json what to write to
	 * @param text the JSON of the object
	 * @param absent the names of the properties
	 */
	void writeJsonWithout(JsonGenerator json, String text, Set<String> absent) {
		copy(json, text, absent, (string) -> write(json, string), (number) -> writeNumber(json, number));
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
			copy(json, text, Set.of(), (string) -> writeUnfiltered(json, string), json::writeNumber);
		}
	}

	private static void copy(JsonGenerator json, String text, Set<String> absent, Consumer<String> strings,
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
				this.places.put(mark.text(), new Place(json, mark.field(), first - start, mark.end() - first));
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
	 * @param field the field that it was filtered for
	 * @param start where it starts
	 * @param length its length, with the quotes
	 */
	private record Place(String json, ContentFilter.Field field, int start, int length) {
	}

	/**
	 * Where a text was written in the buffer.
	 *
	 * @param text the text
	 * @param field the field
	 * @param start where it starts, or the separator before it
	 * @param end where it ends
	 */
	private record Mark(String text, ContentFilter.Field field, int start, int end) {
	}

}
