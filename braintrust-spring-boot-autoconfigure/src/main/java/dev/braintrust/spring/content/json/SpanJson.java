package dev.braintrust.spring.content.json;

import dev.braintrust.spring.settings.ProjectSettings.AttachmentsMode;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.util.BufferRecycler;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes the values of spans as JSON: what writes itself, as the messages of models do,
 * and any object of an application by the rules of Jackson and its annotations. What has
 * no JSON form becomes a note that names its type; the caller sees no exception. An
 * object is read on the thread of the caller, and not beyond {@value #MAX_LENGTH}
 * characters.
 */
public final class SpanJson {

	static final int MAX_LENGTH = 8 * 1024 * 1024;

	private final JsonMapper mapper;

	private final ObjectWriter writer;

	private final UnwritableTypes unwritable = new UnwritableTypes();

	public SpanJson(JsonMapper mapper, AttachmentsMode attachments) {
		this.mapper = mapper;
		this.writer = mapper.writer()
			.withAttribute(AttachmentsMode.class, attachments)
			.withAttribute(UnwritableTypes.class, this.unwritable);
	}

	public String write(@Nullable Object value) {
		return capture(value).json();
	}

	// Write a value with marks in the place of attachments.
	public CapturedJson capture(@Nullable Object value) {
		// Most values of spans are texts and counts; they need no writer.
		if (value instanceof Integer || value instanceof Long) {
			return new CapturedJson(value.toString());
		}
		if (value instanceof String text && isPlain(text)) {
			return new CapturedJson('"' + text + '"');
		}
		try {
			return writeWhole(value);
		}
		catch (BoundedText.LimitExceededException ex) {
			return new CapturedJson(note("too large", value, "more than " + MAX_LENGTH + " characters"));
		}
		catch (RuntimeException | StackOverflowError | LinkageError | AssertionError ex) {
			return new CapturedJson(unwritable(value, ex));
		}
	}

	private static boolean isPlain(String text) {
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c < ' ' || c == '"' || c == '\\') {
				return false;
			}
		}
		return true;
	}

	private CapturedJson writeWhole(@Nullable Object value) {
		if (value == null || value instanceof String || value instanceof JsonPayload) {
			return new CapturedJson(this.writer.writeValueAsString(value));
		}
		CapturedAttachments attachments = new CapturedAttachments();
		BufferRecycler recycler = this.mapper.tokenStreamFactory()._getBufferRecycler();
		try {
			BoundedText text = new BoundedText(MAX_LENGTH, recycler);
			this.writer.withAttribute(CapturedAttachments.class, attachments).writeValue(text, value);
			return new CapturedJson(text.take(), attachments.isEmpty() ? null : attachments);
		}
		finally {
			recycler.releaseToPool();
		}
	}

	private String note(String problem, @Nullable Object value, String reason) {
		String type = (value != null) ? value.getClass().getName() : "null";
		this.unwritable.report(type, reason);
		return '"' + "[" + problem + ": " + type + "]" + '"';
	}

	// Say that a value cannot be written.
	public String unwritable(@Nullable Object value, Throwable failure) {
		return note("not serializable", value, failure.getClass().getSimpleName());
	}

}
