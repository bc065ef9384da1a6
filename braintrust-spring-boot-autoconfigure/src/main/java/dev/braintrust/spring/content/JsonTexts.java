package dev.braintrust.spring.content;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Remembers where the JSON of long texts stands in what has been written. In a tool loop
 * each model call carries all messages of the one before it, and the task carries the
 * last answer again: the JSON of such a text is made once, and copied from then on. Texts
 * are told by identity, since comparing them would cost what is to be saved.
 */
final class JsonTexts {

	static final int MIN_LENGTH = 256;

	private final JsonBuffer buffer;

	private final Map<String, Place> places = new IdentityHashMap<>();

	private final List<Mark> marks = new ArrayList<>();

	JsonTexts(JsonBuffer buffer) {
		this.buffer = buffer;
	}

	void write(JsonGenerator json, String text) {
		Place place = (text.length() >= MIN_LENGTH) ? this.places.get(text) : null;
		if (place != null) {
			json.writeRawValue(place.json(), place.start(), place.length());
			return;
		}
		int start = this.buffer.position(json);
		json.writeString(text);
		if (text.length() >= MIN_LENGTH) {
			this.marks.add(new Mark(text, start, this.buffer.position(json)));
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

	@Nullable Place place(String text) {
		return this.places.get(text);
	}

	/**
	 * Where the JSON of a text stands.
	 *
	 * @param json what it is a part of
	 * @param start where it starts
	 * @param length its length, with the quotes
	 */
	record Place(String json, int start, int length) {
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
