package dev.braintrust.spring.test;

import java.time.Duration;
import java.util.List;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/**
 * A span as it would be sent, after filters, limits and formats.
 *
 * @see RecordedSpans
 */
public final class RecordedSpan {

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private final String project;

	private final SpanData data;

	RecordedSpan(String project, SpanData data) {
		this.project = project;
		this.data = data;
	}

	/**
	 * The key of the project.
	 * @return the key
	 */
	public String project() {
		return this.project;
	}

	/**
	 * The name of the span.
	 * @return the name
	 */
	public String name() {
		return this.data.getName();
	}

	/**
	 * The type of the span: {@code task}, {@code llm}, {@code tool} or {@code function}.
	 * @return the type, or an empty text if it has no type
	 */
	public String type() {
		return json("braintrust.span_attributes").path("type").asString("");
	}

	/**
	 * The id of the trace.
	 * @return the id, 32 hexadecimal digits
	 */
	public String traceId() {
		return this.data.getTraceId();
	}

	/**
	 * The id of the span.
	 * @return the id, 16 hexadecimal digits
	 */
	public String spanId() {
		return this.data.getSpanId();
	}

	/**
	 * The id of the parent.
	 * @return the id, or {@code null} for the first span of a trace
	 */
	public @Nullable String parentSpanId() {
		return this.data.getParentSpanContext().isValid() ? this.data.getParentSpanId() : null;
	}

	/**
	 * Whether the parent comes from a stored context or from another process.
	 * @return whether the span continues a trace
	 */
	public boolean continuesTrace() {
		return this.data.getParentSpanContext().isValid() && this.data.getParentSpanContext().isRemote();
	}

	/**
	 * The input.
	 * @return the JSON, a missing node if absent
	 */
	public JsonNode input() {
		return json("braintrust.input_json");
	}

	/**
	 * The output.
	 * @return the JSON, a missing node if absent
	 */
	public JsonNode output() {
		return json("braintrust.output_json");
	}

	/**
	 * The metadata. Model calls have {@code model} and {@code provider}.
	 * @return the JSON, a missing node if absent
	 */
	public JsonNode metadata() {
		return json("braintrust.metadata");
	}

	/**
	 * The metrics, such as {@code prompt_tokens}.
	 * @return the JSON, a missing node if absent
	 */
	public JsonNode metrics() {
		return json("braintrust.metrics");
	}

	/**
	 * The scores, by name, from 0 to 1.
	 * @return the JSON, a missing node if absent
	 */
	public JsonNode scores() {
		return json("braintrust.scores");
	}

	/**
	 * The tags.
	 * @return the tags, in their order
	 */
	public List<String> tags() {
		List<String> tags = this.data.getAttributes().get(AttributeKey.stringArrayKey("braintrust.tags"));
		return (tags != null) ? tags : List.of();
	}

	/**
	 * Whether the span ended with an error.
	 * @return whether the span failed
	 */
	public boolean isError() {
		return this.data.getStatus().getStatusCode() == StatusCode.ERROR;
	}

	/**
	 * The message of the error.
	 * @return the message, empty if absent
	 */
	public String errorMessage() {
		return this.data.getStatus().getDescription();
	}

	/**
	 * The duration of the span.
	 * @return the time from its start to its end
	 */
	public Duration duration() {
		return Duration.ofNanos(this.data.getEndEpochNanos() - this.data.getStartEpochNanos());
	}

	/**
	 * All attributes as they would be sent, including those of OpenTelemetry's
	 * conventions.
	 * @return the attributes
	 */
	public Attributes attributes() {
		return this.data.getAttributes().toBuilder().build();
	}

	long start() {
		return this.data.getStartEpochNanos();
	}

	private JsonNode json(String attribute) {
		String json = this.data.getAttributes().get(AttributeKey.stringKey(attribute));
		return (json != null) ? JSON.readTree(json) : MissingNode.getInstance();
	}

	/**
	 * The span in one line, with excerpts of its input and its output.
	 */
	@Override
	public String toString() {
		return SpanTree.describe(this);
	}

}
