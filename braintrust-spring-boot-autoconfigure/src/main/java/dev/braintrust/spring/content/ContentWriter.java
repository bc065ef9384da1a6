package dev.braintrust.spring.content;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import dev.braintrust.spring.content.LaterSpan.LateContent;
import dev.braintrust.spring.content.json.ContentSize;
import dev.braintrust.spring.content.json.SpanJson;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.settings.ProjectSettings.CaptureFormat;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SequenceWriter;

/**
 * Writes the captured fields of spans as attributes, for the spans of one request. A
 * field that cannot be written becomes a note; no exception is thrown.
 * <p>
 * Not thread-safe.
 */
public final class ContentWriter implements AutoCloseable {

	private static final AttributeKey<List<String>> TAGS = AttributeKey.stringArrayKey("braintrust.tags");

	private static final int MAX_ATTEMPTS = 64;

	// The note names no type: at this point, values have types of this library, which
	// mean nothing to a reader.
	private static final ContentField.Note NOT_RECORDED = new ContentField.Note("[not recorded]");

	private static final ContentField.Note DROPPED = new ContentField.Note("[dropped by a content filter]");

	private final ProjectSettings.Capture capture;

	private final SpanJson json;

	private final JsonBuffer buffer;

	private final JsonTexts texts;

	private final ObjectWriter writer;

	private final ForeignContent foreign;

	private final ErrorWriter errors;

	private @Nullable SequenceWriter sequence;

	ContentWriter(ProjectSettings.Capture capture, TextFilter filter, Supplier<SpanAttachments> attachments,
			ObjectWriter writer, SpanJson json, JsonBuffers buffers) {
		this.capture = capture;
		this.json = json;
		this.buffer = buffers.take();
		this.texts = new JsonTexts(this.buffer, filter, attachments);
		this.writer = writer.withAttribute(JsonTexts.class, this.texts);
		this.foreign = new ForeignContent(capture, filter);
		this.errors = new ErrorWriter(capture, this.foreign);
	}

	// Write a span. Return null if it waits for pending attachments.
	public @Nullable SpanData write(SpanData span, SpanTemplate template, SpanFields captured) {
		SpanFields fields = LateContent.complete(captured);
		List<ContentField> content = ContentField.of(fields, template.type(), this.capture);
		WrittenSpan.Content attributes = new WrittenSpan.Content(template.attributes(),
				this.foreign.of(span.getAttributes()), content.size() + 1);
		// An attribute of the application must not move the span to another project.
		String parent = template.attributes().get(SpanTemplate.PARENT);
		if (parent != null) {
			attributes.put(SpanTemplate.PARENT, parent);
		}
		if (!write(content, attributes, captured)) {
			return null;
		}
		if (template.type() != null && this.capture.format() != CaptureFormat.BRAINTRUST) {
			AttributesBuilder conventions = Attributes.builder();
			GenAiAttributes.add(conventions, span.getName(), template.type(), fields);
			conventions.build().forEach(attributes::put);
		}
		List<String> tags = fields.tags();
		if (!tags.isEmpty()) {
			attributes.put(TAGS, tags);
		}
		List<ErrorWriter.Failure> errors = fields.errors();
		return new WrittenSpan(span, attributes, this.errors.events(span, errors), this.errors.status(span, errors));
	}

	// Write a span without its content. Its position in the trace and its times remain.
	public static SpanData writeBare(SpanData span, SpanTemplate template) {
		return new WrittenSpan(span, template.attributes(), List.of(),
				StatusData.create(span.getStatus().getStatusCode(), ""));
	}

	// Release the JSON of written spans after it was copied into a message.
	public static void release(List<@Nullable SpanData> spans) {
		for (SpanData span : spans) {
			if (span instanceof WrittenSpan written) {
				written.release();
			}
		}
	}

	// Copy a written span, so that it stays readable after its release.
	public static SpanData keep(SpanData span) {
		return (span instanceof WrittenSpan written) ? written.keep() : span;
	}

	// Estimate the heap that a span holds with its content.
	public static long size(SpanData span, SpanFields fields) {
		return ContentSize.of(span) + fields.size();
	}

	// Copy a span without attributes and events, and without a reference to the original.
	public static SpanData bare(SpanData span) {
		return BareSpan.of(span);
	}

	private boolean write(List<ContentField> content, WrittenSpan.Content attributes, SpanFields fields) {
		this.texts.start(fields);
		for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
			fields.startAttachments();
			this.buffer.start();
			List<JsonBuffer.Json> written = write(content);
			if (written != null && !isShrunk(content, written)) {
				if (fields.isWaiting()) {
					return false;
				}
				for (int i = 0; i < content.size(); i++) {
					attributes.put(content.get(i).attribute(), written.get(i));
				}
				this.buffer.keep();
				return true;
			}
		}
		for (ContentField field : content) {
			attributes.put(field.attribute(), NOT_RECORDED.json(field.attribute()));
		}
		return true;
	}

	private boolean isShrunk(List<ContentField> content, List<JsonBuffer.Json> written) {
		long maxSize = this.capture.maxFieldSize();
		boolean shrunk = false;
		if (maxSize != ProjectSettings.Capture.UNLIMITED) {
			for (int i = 0; i < content.size(); i++) {
				shrunk |= content.get(i).shrink(written.get(i), maxSize);
			}
		}
		return shrunk;
	}

	// Write all fields. Return null if one of them must be written differently.
	private @Nullable List<JsonBuffer.Json> write(List<ContentField> content) {
		List<JsonBuffer.Json> written = new ArrayList<>(content.size());
		for (ContentField field : content) {
			try {
				written.add(json(field));
			}
			catch (TextFilter.DroppedFieldException ex) {
				restart();
				field.replaceWritten(DROPPED);
				return null;
			}
			catch (Throwable ex) {
				restart();
				this.json.unwritable(field.written(), ex);
				field.replaceWritten(NOT_RECORDED);
				return null;
			}
		}
		return written;
	}

	private JsonBuffer.Json json(ContentField field) {
		if (this.sequence == null) {
			this.sequence = this.writer.writeValues(this.buffer);
		}
		this.sequence.write(field);
		this.sequence.flush();
		return this.buffer.take();
	}

	// A failure leaves the generator in the middle of a value.
	private void restart() {
		SequenceWriter failed = this.sequence;
		this.sequence = null;
		if (failed != null) {
			try {
				failed.close();
			}
			catch (Throwable ex) {
				// The generator is discarded anyway.
			}
		}
	}

	@Override
	public void close() {
		restart();
		if (this.buffer.isEmpty()) {
			this.buffer.release();
		}
	}

}
