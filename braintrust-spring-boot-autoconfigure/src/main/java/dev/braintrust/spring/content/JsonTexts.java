package dev.braintrust.spring.content;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.Attachments;
import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.content.json.Base64Text;
import dev.braintrust.spring.content.json.CapturedJson;
import dev.braintrust.spring.content.json.JsonCopy;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

/**
 * Writes the texts of spans, filtered, and cut if a field is too large. In a tool loop,
 * each model call repeats the messages of the call before it, so filters see a long text
 * only once. Texts are compared by identity; comparing the characters would cost as much
 * as it saves.
 */
final class JsonTexts {

	static final int UNCUT = Integer.MAX_VALUE;

	private static final int MIN_LENGTH = 256;

	private static final String BASE64 = ";base64,";

	private final JsonBuffer buffer;

	private final TextFilter filter;

	private final Map<ContentFilter.Field, Map<String, String>> filtered = new EnumMap<>(ContentFilter.Field.class);

	private final JsonContent.Names names;

	private ContentFilter.Field field = ContentFilter.Field.INPUT;

	private int maxLength = UNCUT;

	private boolean media = true;

	private final Supplier<SpanAttachments> attachments;

	private SpanFields fields = new SpanFields();

	JsonTexts(JsonBuffer buffer, TextFilter filter, Supplier<SpanAttachments> attachments) {
		this.buffer = buffer;
		this.filter = filter;
		this.attachments = attachments;
		this.names = new JsonContent.Names(filter);
	}

	// Start a span.
	void start(SpanFields fields) {
		this.fields = fields;
	}

	void start(ContentFilter.Field field, int maxLength, boolean media) {
		this.field = field;
		this.maxLength = maxLength;
		this.media = media;
	}

	boolean takesBytes() {
		return attachments().takesBytes(this.media);
	}

	RecordedAttachment record(Attachment attachment) {
		return attachments().record(attachment, this.field, this.media, this);
	}

	private SpanAttachments attachments() {
		return this.fields.attachments(this.attachments);
	}

	void writeBase64(JsonGenerator json, String prefix, Attachment attachment) {
		Base64Text.write(json, prefix, attachment, this.buffer::write);
	}

	int position(JsonGenerator json) {
		return this.buffer.position(json);
	}

	// Whether a text may contain a data URL and needs a closer look.
	static boolean mayHoldDataUrl(String text) {
		// Searching for one character is faster than for eight. The semicolon is rare,
		// and unlike the letters it has no upper case.
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
		json.writeString(cut(filtered(text)));
	}

	String filtered(String text) {
		if (this.filter.isEmpty()) {
			return text;
		}
		if (text.length() < MIN_LENGTH) {
			return this.filter.apply(text, this.field);
		}
		Map<String, String> filtered = this.filtered.computeIfAbsent(this.field, (field) -> new IdentityHashMap<>());
		String known = filtered.get(text);
		if (known == null) {
			known = this.filter.apply(text, this.field);
			filtered.put(text, known);
		}
		return known;
	}

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

	void writeJson(JsonGenerator json, String text) {
		write(json, new CapturedJson(text), true);
	}

	void write(JsonGenerator json, CapturedJson captured, boolean filtered) {
		if (isUnchanged(captured, filtered)) {
			json.writeRawValue(captured.json());
		}
		else {
			JsonCopy.copy(json, captured.json(), new JsonContent(this, json, captured, filtered));
		}
	}

	void writePrompt(JsonGenerator json, CapturedJson prompt, boolean variables) {
		if (variables && isUnchanged(prompt, true)) {
			json.writeRawValue(prompt.json());
		}
		else {
			JsonCopy.copy(json, prompt.json(), JsonContent.ofPrompt(this, json, prompt, variables));
		}
	}

	JsonContent.Names names() {
		this.names.start(this.field);
		return this.names;
	}

	private boolean isUnchanged(CapturedJson captured, boolean filtered) {
		return captured.attachments() == null && this.maxLength == UNCUT && !(filtered && !this.filter.isEmpty())
				&& !mayHoldDataUrl(captured.json());
	}

	RecordedAttachment recorded(Object attachment) {
		return (attachment instanceof Attachment given) ? record(given)
				: RecordedAttachment.note(attachment.toString());
	}

	// Take the attachments out of a text.
	ContentJson.SplitText split(CapturedJson captured) {
		String text = captured.json();
		if (Attachments.isDataUrl(text)) {
			return new ContentJson.SplitText("", List.of(record(Attachments.ofDataUrl(text))));
		}
		if (!JsonCopy.isJson(text)) {
			return new ContentJson.SplitText(text, List.of());
		}
		List<RecordedAttachment> found = new ArrayList<>();
		StringWriter rest = new StringWriter();
		try (JsonGenerator json = JsonCopy.JSON.createGenerator(ObjectWriteContext.empty(), rest)) {
			JsonCopy.copy(json, text, new JsonCopy.Content() {

				@Override
				public boolean name(String name) {
					json.writeName(name);
					return true;
				}

				@Override
				public void string(String string) {
					json.writeString(split(captured, string, found));
				}

				@Override
				public void number(String number) {
					json.writeNumber(number);
				}

			});
		}
		boolean whole = found.size() == 1 && text.strip().startsWith("\"");
		return new ContentJson.SplitText(whole ? "" : rest.toString(), found);
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

}
