package dev.braintrust.spring.content;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.Attachments;
import dev.braintrust.spring.ContentFilter;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

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

	private static final String BASE64 = ";base64,";

	private final JsonBuffer buffer;

	private final TextFilter filter;

	private final AttachmentForms attachments;

	private final Map<String, Place> places = new IdentityHashMap<>();

	private final List<Mark> marks = new ArrayList<>();

	private ContentFilter.Field field = ContentFilter.Field.INPUT;

	private int maxLength = UNCUT;

	private boolean media = true;

	JsonTexts(JsonBuffer buffer, TextFilter filter, AttachmentForms attachments) {
		this.buffer = buffer;
		this.filter = filter;
		this.attachments = attachments;
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

	boolean takesBytes() {
		return this.attachments.takesBytes(this.media);
	}

	/**
	 * Decide how an attachment is recorded.
	 * @param attachment the attachment
	 * @return how it is recorded
	 */
	RecordedAttachment record(Attachment attachment) {
		return this.attachments.record(attachment, this.field, this.media, this);
	}

	/**
	 * Write base64 in place of a text, with all room for it made at once.
	 * @param json what writes the rest
	 * @param prefix what stands before the base64
	 * @param attachment the attachment
	 */
	void writeBase64(JsonGenerator json, String prefix, Attachment attachment) {
		// What was written before stands where it was found to stand.
		json.flush();
		this.buffer.reserveAscii(Base64Text.length(attachment));
		Base64Text.write(json, prefix, attachment, this.buffer::writeAscii);
	}

	/**
	 * Whether it is worth to look into a text for data URLs.
	 * @param text the text
	 * @return whether there may be one
	 */
	static boolean mayHoldDataUrl(String text) {
		// One character is found faster than eight, and this one is rare. It has no case,
		// as the others have.
		int last = text.length() - BASE64.length();
		for (int start = text.indexOf(';'); start >= 0 && start <= last; start = text.indexOf(';', start + 1)) {
			boolean first = (text.charAt(start + 1) | 0x20) == 'b';
			if (first && text.regionMatches(true, start, BASE64, 0, BASE64.length())) {
				return true;
			}
		}
		return false;
	}

	void write(JsonGenerator json, String text) {
		if (Attachments.isDataUrl(text)) {
			record(Attachments.ofDataUrl(text)).write(json);
			return;
		}
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
		if (Attachments.isDataUrl(text)) {
			record(Attachments.ofDataUrl(text)).write(json);
			return;
		}
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
		write(json, new CapturedJson(text), Set.of(), true);
	}

	/**
	 * Write captured JSON, with the attachments that it has marks of.
	 * @param json what to write to
	 * @param captured the JSON
	 * @param absent the names of properties that are left out
	 * @param filtered whether filters are to see its texts
	 */
	void write(JsonGenerator json, CapturedJson captured, Set<String> absent, boolean filtered) {
		String text = captured.json();
		boolean unchanged = absent.isEmpty() && captured.attachments() == null && this.maxLength == UNCUT
				&& !(filtered && !this.filter.isEmpty()) && !mayHoldDataUrl(text);
		if (unchanged) {
			json.writeRawValue(text);
			return;
		}
		JsonCopy.copy(json, text, absent, (string) -> write(json, captured.attachments(), string, filtered),
				(number) -> writeNumber(json, number, filtered));
	}

	private void write(JsonGenerator json, @Nullable CapturedAttachments attachments, String text, boolean filtered) {
		Object attachment = (attachments != null) ? attachments.get(text) : null;
		if (attachment != null) {
			recorded(attachment).writeValue(json);
		}
		else if (filtered) {
			write(json, text);
		}
		else {
			writeUnfiltered(json, text);
		}
	}

	// A number of an account or of a card is content as well.
	private void writeNumber(JsonGenerator json, String number, boolean filtered) {
		String written = filtered ? this.filter.apply(number, this.field) : number;
		if (written.equals(number)) {
			json.writeNumber(number);
		}
		else {
			json.writeString(written);
		}
	}

	private RecordedAttachment recorded(Object attachment) {
		return (attachment instanceof Attachment given) ? record(given)
				: RecordedAttachment.note(attachment.toString());
	}

	/**
	 * Take the attachments out of a text.
	 * @param captured the text: JSON, or a data URL
	 * @return the text without them
	 */
	SplitText split(CapturedJson captured) {
		String text = captured.json();
		if (Attachments.isDataUrl(text)) {
			return new SplitText("", List.of(record(Attachments.ofDataUrl(text))));
		}
		if (!JsonCopy.isJson(text)) {
			return new SplitText(text, List.of());
		}
		List<RecordedAttachment> found = new ArrayList<>();
		StringWriter rest = new StringWriter();
		try (JsonGenerator json = JsonCopy.JSON.createGenerator(ObjectWriteContext.empty(), rest)) {
			JsonCopy.copy(json, text, Set.of(), (string) -> json.writeString(split(captured, string, found)),
					json::writeNumber);
		}
		boolean whole = found.size() == 1 && text.strip().startsWith("\"");
		return new SplitText(whole ? "" : rest.toString(), found);
	}

	private String split(CapturedJson captured, String text, List<RecordedAttachment> found) {
		Object attachment = (captured.attachments() != null) ? captured.attachments().get(text) : null;
		if (attachment == null && !Attachments.isDataUrl(text)) {
			return text;
		}
		RecordedAttachment recorded = recorded((attachment != null) ? attachment : Attachments.ofDataUrl(text));
		found.add(recorded);
		return recorded.label();
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
