package dev.braintrust.spring.content;

import java.util.List;

import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.properties.AttachmentsMode;
import dev.braintrust.spring.properties.ProjectSettings;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * How the content of a project's spans is captured and written.
 */
public final class SpanContent {

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	private final SpanJson json;

	private final ObjectWriter writer;

	private final JsonBuffers buffers;

	private final ProjectSettings.Capture capture;

	private final TextFilter filter;

	/**
	 * Create the content of a project.
	 * @param settings the settings of the project
	 * @param filters the filters of the project's content
	 * @param buffers the buffers that it shares with other projects
	 */
	public SpanContent(ProjectSettings settings, List<ContentFilter> filters, JsonBuffers buffers) {
		this.capture = settings.capture();
		this.filter = new TextFilter(filters);
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
		boolean immutable = value instanceof String || value instanceof JsonPayload || value instanceof Integer
				|| value instanceof Long || value instanceof Boolean
				|| (value instanceof Double number && Double.isFinite(number));
		return immutable ? value : new CapturedJson(this.json.write(value));
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
	 * Make a writer for the spans of one request.
	 * @return the writer, for use by one thread, to be closed after use
	 */
	public ContentWriter writer() {
		return new ContentWriter(this.capture, this.filter, this.writer, this.json, this.buffers);
	}

}
