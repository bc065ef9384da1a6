package dev.braintrust.spring.content;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.content.json.CapturedAttachments;
import dev.braintrust.spring.content.json.CapturedJson;
import dev.braintrust.spring.content.json.JsonPayload;
import dev.braintrust.spring.content.json.SpanJson;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.settings.ProjectSettings.AttachmentsMode;
import dev.braintrust.spring.upload.Delivery;
import dev.braintrust.spring.upload.ProjectAttachments;
import dev.braintrust.spring.upload.Refusal;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectWriter;

import org.springframework.util.function.SingletonSupplier;

/**
 * Captures the content of a project's spans and creates the writers for it.
 */
public final class SpanContent {

	// The size that counts for an attachment whose bytes are not part of the span or not
	// in memory.
	private static final int REFERENCE = 64;

	private static final String KOTLIN_UNIT = "kotlin.Unit";

	private static final int LONG_URL = 2048;

	private static final Runnable NOTHING_HELD = () -> {
	};

	private final SpanJson json;

	private final ObjectWriter writer;

	private final JsonBuffers buffers;

	private final ProjectSettings.Capture capture;

	private final SingletonSupplier<TextFilter> filter;

	private final AttachmentsMode mode;

	private final @Nullable ProjectAttachments attachments;

	public SpanContent(ProjectSettings settings, Supplier<List<ContentFilter>> filters, JsonBuffers buffers,
			@Nullable ProjectAttachments attachments) {
		this.capture = settings.capture();
		this.filter = SingletonSupplier.of(() -> new TextFilter(filters.get().stream().map(buffers::shared).toList()));
		this.buffers = buffers;
		this.mode = settings.attachments().mode();
		this.attachments = attachments;
		this.json = new SpanJson(buffers.valueMapper(), this.mode);
		this.writer = buffers.payloadWriter();
	}

	// Capture a value. Immutable values are kept by reference; any other value is written
	// as JSON immediately.
	public Object capture(@Nullable Object value, SpanFields fields) {
		if (value == null) {
			return CapturedJson.NULL;
		}
		if (value instanceof JsonPayload payload) {
			List<Attachment> attachments = payload.attachments();
			return attachments.isEmpty() ? payload : hold(payload, attachments, fields);
		}
		boolean immutable = value instanceof String || value instanceof Boolean
				|| (value instanceof Number number && isPlain(number));
		return immutable ? value : hold(this.json.capture(value), fields);
	}

	private JsonPayload hold(JsonPayload payload, List<Attachment> attachments, SpanFields fields) {
		List<Attachment> refused = new ArrayList<>(0);
		for (Attachment attachment : attachments) {
			if (!hold(attachment, fields)) {
				refused.add(attachment);
			}
		}
		return refused.isEmpty() ? payload : payload.without(refused, Refusal.TOO_MUCH_WAITING.reason());
	}

	private CapturedJson hold(CapturedJson captured, SpanFields fields) {
		CapturedAttachments attachments = captured.attachments();
		for (int i = 0; attachments != null && i < attachments.size(); i++) {
			Attachment attachment = attachments.get(i);
			if (!hold(attachment, fields)) {
				// Asking a file for its size may hang.
				String size = Delivery.isInMemory(attachment) ? attachment.size() + " bytes, " : "";
				attachments.replace(i, "[" + size + "not recorded: " + Refusal.TOO_MUCH_WAITING.reason() + "]");
			}
		}
		return captured;
	}

	private boolean hold(Attachment attachment, SpanFields fields) {
		String url = attachment.url();
		if (url != null && url.length() <= LONG_URL) {
			return true;
		}
		if (this.attachments == null) {
			fields.hold(NOTHING_HELD, Delivery.isInMemory(attachment) ? Math.max(0, attachment.size()) : REFERENCE);
			return true;
		}
		Runnable hold = this.attachments.hold(attachment);
		if (hold != null) {
			fields.hold(hold, inlineSize(attachment, this.attachments));
		}
		return hold != null;
	}

	// Uploads are not part of a span request, and attachments that are too large are not
	// sent at all. Files are not read on the caller's thread.
	private long inlineSize(Attachment attachment, ProjectAttachments attachments) {
		long size = REFERENCE;
		if (Delivery.isInMemory(attachment)) {
			String url = attachment.url();
			size = (url != null) ? url.length() : attachment.size();
		}
		if (this.mode == AttachmentsMode.BASE64) {
			return (size <= AttachmentForms.inlineLimit(this.buffers.maxSpanSize())) ? size : 0;
		}
		if (this.mode == AttachmentsMode.UPLOAD && !attachments.isUploading()) {
			return (size <= AttachmentForms.fallbackLimit(this.buffers.maxSpanSize())) ? size : 0;
		}
		return REFERENCE;
	}

	// Whether a returned value is no output: fluent code may return the span itself, and
	// a Kotlin lambda without a result returns Unit.
	public static boolean isNothing(Object value) {
		return value instanceof Span || KOTLIN_UNIT.equals(value.getClass().getName());
	}

	// Capture a number. A mutable number is read immediately.
	public Number captureNumber(Number value) {
		boolean immutable = isPlain(value) || value instanceof BigDecimal || value instanceof BigInteger;
		return immutable ? value : value.doubleValue();
	}

	private static boolean isPlain(Number number) {
		return number instanceof Integer || number instanceof Long || (number instanceof Double && isFinite(number))
				|| (number instanceof Float && isFinite(number));
	}

	private static boolean isFinite(Number number) {
		return Double.isFinite(number.doubleValue());
	}

	// Whether the application or a library set an output as a span attribute.
	public boolean hasOutput(Attributes attributes) {
		return ForeignContent.hasOutput(attributes);
	}

	public String json(Object value) {
		return this.json.write(value);
	}

	// Whether the project has content filters.
	public boolean isFiltered() {
		return !this.filter.obtain().isEmpty();
	}

	public ContentWriter writer() {
		return writer(this.attachments);
	}

	// Return a writer for previews outside the export. Attachments become base64 and are
	// not waited for.
	public ContentWriter previewWriter() {
		return writer(null);
	}

	private ContentWriter writer(@Nullable ProjectAttachments attachments) {
		TextFilter filter = this.filter.obtain();
		return new ContentWriter(this.capture, filter,
				() -> new SpanAttachments(this.mode, attachments, filter, this.buffers.maxSpanSize()), this.writer,
				this.json, this.buffers);
	}

	// Resume a span that was not written as soon as its attachments can be recorded.
	public void await(SpanFields fields, Runnable resume) {
		SpanAttachments attachments = fields.attachments();
		if (attachments != null) {
			attachments.await(resume);
		}
		else {
			resume.run();
		}
	}

}
