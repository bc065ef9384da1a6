package dev.braintrust.spring.content;

import java.util.List;

import io.opentelemetry.api.common.AttributeKey;

/**
 * The attributes by which Braintrust reads the fields of a log row from an OpenTelemetry
 * span.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/instrumentation-guide.md#span-attributes-reference">Braintrust's
 * instrumentation guide, "Span Attributes Reference"</a>
 */
final class SpanAttributes {

	static final AttributeKey<String> PARENT = AttributeKey.stringKey("braintrust.parent");

	static final AttributeKey<String> ORG = AttributeKey.stringKey("braintrust.org");

	static final AttributeKey<String> APP_URL = AttributeKey.stringKey("braintrust.app_url");

	static final AttributeKey<String> SPAN_ATTRIBUTES = AttributeKey.stringKey("braintrust.span_attributes");

	static final AttributeKey<String> CONTEXT = AttributeKey.stringKey("braintrust.context_json");

	static final AttributeKey<String> INPUT = AttributeKey.stringKey("braintrust.input_json");

	static final AttributeKey<String> OUTPUT = AttributeKey.stringKey("braintrust.output_json");

	static final AttributeKey<String> METADATA = AttributeKey.stringKey("braintrust.metadata");

	static final AttributeKey<String> METRICS = AttributeKey.stringKey("braintrust.metrics");

	static final AttributeKey<String> SCORES = AttributeKey.stringKey("braintrust.scores");

	static final AttributeKey<List<String>> TAGS = AttributeKey.stringArrayKey("braintrust.tags");

	private SpanAttributes() {
	}

}
