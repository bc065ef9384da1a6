package dev.braintrust.spring.content;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.function.Supplier;

import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.properties.AttachmentsMode;
import dev.braintrust.spring.properties.ProjectSettings;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.function.SingletonSupplier;

/**
 * How the content of a project's spans is captured and written.
 */
public final class SpanContent {

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	private final SpanJson json;

	private final ObjectWriter writer;

	private final JsonBuffers buffers;

	private final ProjectSettings.Capture capture;

	private final SingletonSupplier<TextFilter> filter;

	/**
	 * Create the content of a project.
	 * @param settings the settings of the project
	 * @param filters gives the filters of the project's content
	 * @param buffers the buffers that it shares with other projects
	 */
	public SpanContent(ProjectSettings settings, Supplier<List<ContentFilter>> filters, JsonBuffers buffers) {
		this.capture = settings.capture();
		this.filter = SingletonSupplier.of(() -> new TextFilter(filters.get()));
		this.buffers = buffers;
		this.json = new SpanJson(settings.attachments());
		this.writer = MAPPER.writer().withAttribute(AttachmentsMode.class, settings.attachments());
	}

	/**
	 * Capture a value: what cannot change is kept as it is, anything else is written as
	 * JSON at once.
	 * @param value the value
	 * @return what is kept of it
	 */
	public Object capture(@Nullable Object value) {
		if (value == null) {
			return CapturedJson.NULL;
		}
		boolean immutable = value instanceof String || value instanceof JsonPayload || value instanceof Boolean
				|| (value instanceof Number number && isPlain(number));
		return immutable ? value : new CapturedJson(this.json.write(value));
	}

	/**
	 * Capture a number: one that could change is read at once.
	 * @param value the number
	 * @return what is kept of it
	 */
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

	/**
	 * Write a value as JSON at once.
	 * @param value the value
	 * @return its JSON
	 */
	public String json(Object value) {
		return this.json.write(value);
	}

	/**
	 * Whether filters of the application take part in the writing.
	 * @return whether there are any
	 */
	public boolean isFiltered() {
		return !this.filter.obtain().isEmpty();
	}

	/**
	 * Make a writer for the spans of one request.
	 * @return the writer, for use by one thread, to be closed after use
	 */
	public ContentWriter writer() {
		return new ContentWriter(this.capture, this.filter.obtain(), this.writer, this.json, this.buffers);
	}

}
