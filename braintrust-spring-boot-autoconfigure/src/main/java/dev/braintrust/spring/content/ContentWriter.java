package dev.braintrust.spring.content;

import java.util.List;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.ObjectWriter;

/**
 * Writes the captured fields of spans as attributes, for the spans of one request. What
 * cannot be written becomes a note; nothing is thrown.
 * <p>
 * Not safe for use by several threads.
 */
public final class ContentWriter implements AutoCloseable {

	private static final int MAX_ATTEMPTS = 16;

	private final JsonBuffers buffers;

	private final JsonBuffer buffer;

	private final JsonTexts texts;

	private final ObjectWriter writer;

	private final SpanJson json;

	ContentWriter(ObjectWriter writer, SpanJson json, JsonBuffers buffers) {
		this.buffers = buffers;
		this.buffer = buffers.take();
		this.texts = new JsonTexts(this.buffer);
		this.writer = writer.withAttribute(JsonTexts.class, this.texts);
		this.json = json;
	}

	/**
	 * Write the fields of a span.
	 * @param common the attributes that the span has in common with others
	 * @param own the attributes that were set on the span
	 * @param fields the fields
	 * @return all attributes of the span
	 */
	public Attributes write(Attributes common, Attributes own, SpanFields fields) {
		AttributesBuilder attributes = common.toBuilder().putAll(own);
		// Whatever else is set on a span, its project is not.
		attributes.put(SpanAttributes.PARENT, common.get(SpanAttributes.PARENT));
		ContentRow row = new ContentRow(fields, this.buffer);
		for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
			if (write(row)) {
				row.addTo(attributes, this.texts);
				break;
			}
		}
		List<String> tags = fields.tags();
		if (!tags.isEmpty()) {
			attributes.put(SpanAttributes.TAGS, tags);
		}
		return attributes.build();
	}

	private boolean write(ContentRow row) {
		this.buffer.clear();
		this.texts.clearMarks();
		try (JsonGenerator generator = this.writer.createGenerator(this.buffer)) {
			this.writer.writeValue(generator, row);
			return true;
		}
		catch (RuntimeException | StackOverflowError | LinkageError ex) {
			Object value = row.lastValue();
			row.replace(value, this.json.unwritable(value, ex));
			return false;
		}
	}

	@Override
	public void close() {
		this.buffers.giveBack(this.buffer);
	}

}
