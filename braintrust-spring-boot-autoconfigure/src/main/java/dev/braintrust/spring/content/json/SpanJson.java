package dev.braintrust.spring.content.json;

import java.io.Writer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.braintrust.spring.settings.ProjectSettings.AttachmentsMode;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.io.SegmentedStringWriter;
import tools.jackson.core.util.BufferRecycler;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes the values of spans as JSON: payloads that write themselves, such as the
 * messages of models, and any application object by the rules of Jackson and its
 * annotations. A value without a JSON form becomes a note that names its type; the caller
 * sees no exception. Objects are read on the caller's thread, up to {@value #MAX_LENGTH}
 * characters.
 */
public final class SpanJson {

	private static final Log logger = LogFactory.getLog(SpanJson.class);

	static final int MAX_LENGTH = 8 * 1024 * 1024;

	private static final int MAX_REPORTED = 100;

	private final JsonMapper mapper;

	private final ObjectWriter writer;

	private final Reports reports = new Reports();

	public SpanJson(JsonMapper mapper, AttachmentsMode attachments) {
		this.mapper = mapper;
		this.writer = mapper.writer()
			.withAttribute(AttachmentsMode.class, attachments)
			.withAttribute(Reports.class, this.reports);
	}

	public String write(@Nullable Object value) {
		return capture(value).json();
	}

	// Write a value with marks in the place of attachments.
	public CapturedJson capture(@Nullable Object value) {
		// Most values of spans are texts and counts, which need no writer.
		if (value instanceof Integer || value instanceof Long) {
			return new CapturedJson(value.toString());
		}
		if (value instanceof String text && isPlain(text)) {
			return new CapturedJson('"' + text + '"');
		}
		try {
			return writeWhole(value);
		}
		catch (LimitExceededException ex) {
			return new CapturedJson(note("too large", value, "more than " + MAX_LENGTH + " characters", ex));
		}
		catch (Throwable ex) {
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
		if (value instanceof Integer || value instanceof Long || value instanceof Boolean) {
			return new CapturedJson(value.toString());
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

	private String note(String problem, @Nullable Object value, String reason, Throwable failure) {
		String type = (value != null) ? value.getClass().getName() : "null";
		this.reports.unwritable(type, reason, failure);
		return '"' + "[" + problem + ": " + type + "]" + '"';
	}

	// Warn that a value cannot be written, and return the note for it.
	public String unwritable(@Nullable Object value, Throwable failure) {
		String reason = failure.getClass().getSimpleName();
		return note("not serializable", value, reason, failure);
	}

	/**
	 * Warns about missing values or properties, once for each type and without content.
	 */
	static final class Reports {

		private final Set<String> named = ConcurrentHashMap.newKeySet();

		// Warn that a whole value is missing.
		void unwritable(String type, String reason, Throwable failure) {
			if (isReported(type, failure)) {
				logger.warn("A value of type " + type + " has no JSON form and is missing in spans of Braintrust ("
						+ reason + "). Pass a record, a map or a string instead.");
			}
		}

		void unreadable(String type, String property, Throwable failure) {
			if (isReported(type, failure)) {
				logger.warn("The property '" + property + "' of " + type
						+ " could not be read and is missing in spans of " + "Braintrust ("
						+ failure.getClass().getSimpleName()
						+ "). Pass a record or a map with the fields that matter, or annotate the property with @JsonIgnore.");
			}
		}

		// Do not log after a stack overflow: a logger that is first used at the end of
		// the stack would stay broken.
		private boolean isReported(String type, Throwable failure) {
			return !(failure instanceof StackOverflowError) && this.named.size() < MAX_REPORTED && this.named.add(type);
		}

	}

	/**
	 * Accepts JSON up to a maximum length, then aborts the writing.
	 */
	private static final class BoundedText extends Writer {

		private final SegmentedStringWriter text;

		private int remaining;

		BoundedText(int limit, BufferRecycler recycler) {
			this.text = new SegmentedStringWriter(recycler);
			this.remaining = limit;
		}

		@Override
		public void write(char[] source, int offset, int length) {
			if (length > this.remaining) {
				throw new LimitExceededException();
			}
			this.remaining -= length;
			this.text.write(source, offset, length);
		}

		@Override
		public void flush() {
		}

		@Override
		public void close() {
		}

		// Return the text and release the buffer.
		String take() {
			return this.text.getAndClear();
		}

	}

	/**
	 * Thrown if a text is too long. Code that replaces failures with marks must rethrow
	 * it.
	 */
	static final class LimitExceededException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		LimitExceededException() {
			super(null, null, false, false);
		}

	}

}
