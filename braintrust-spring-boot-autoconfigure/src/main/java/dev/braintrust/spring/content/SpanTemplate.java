package dev.braintrust.spring.content;

import dev.braintrust.spring.settings.ProjectSettings;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The attributes that all spans of one type and tracer share, built once. They name the
 * project of a span and the kind of its row.
 *
 * @param type the type, or {@code null} for spans without one
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/instrumentation-guide.md#span-attributes-reference">Braintrust's
 * instrumentation guide, "Span Attributes Reference"</a>
 */
public record SpanTemplate(@Nullable SpanType type, Attributes attributes) {

	static final AttributeKey<String> PARENT = AttributeKey.stringKey("braintrust.parent");

	private static final AttributeKey<String> ORG = AttributeKey.stringKey("braintrust.org");

	private static final AttributeKey<String> APP_URL = AttributeKey.stringKey("braintrust.app_url");

	private static final AttributeKey<String> SPAN_ATTRIBUTES = AttributeKey.stringKey("braintrust.span_attributes");

	private static final AttributeKey<String> CONTEXT = AttributeKey.stringKey("braintrust.context_json");

	private static final String SCORER = "\"purpose\":\"scorer\"";

	// The empty template of spans that are not recorded.
	public static final SpanTemplate NONE = new SpanTemplate(null, Attributes.empty());

	// Create the template for spans without a type.
	public static SpanTemplate of(ProjectSettings settings, String spanOrigin) {
		AttributesBuilder attributes = Attributes.builder()
			.put(PARENT, settings.parent().toString())
			.put(CONTEXT, spanOrigin);
		if (settings.orgName() != null) {
			attributes.put(ORG, settings.orgName());
		}
		if (settings.hasOwnAppUrl()) {
			attributes.put(APP_URL, settings.appUrl().toString());
		}
		return new SpanTemplate(null, attributes.build());
	}

	// The project or experiment that receives the spans.
	public @Nullable String parent() {
		return this.attributes.get(PARENT);
	}

	public SpanTemplate withType(SpanType type) {
		return withType(type, type.json());
	}

	// Replace all span attributes, which are JSON.
	public SpanTemplate withType(SpanType type, String spanAttributes) {
		return new SpanTemplate(type, this.attributes.toBuilder().put(SPAN_ATTRIBUTES, spanAttributes).build());
	}

	// Whether the spans are work of a scorer. Braintrust separates it from the work of
	// the task.
	public boolean isScorer() {
		String own = this.attributes.get(SPAN_ATTRIBUTES);
		return own != null && own.contains(SCORER);
	}

	// Return the template for spans inside a scorer.
	public SpanTemplate asScorer() {
		return isScorer() ? this
				: new SpanTemplate(this.type, this.attributes.toBuilder().put(SPAN_ATTRIBUTES, with(SCORER)).build());
	}

	// Return the template for spans with another parent than the project's logs. A
	// playground tells its runs apart by their generation, which is JSON.
	public SpanTemplate withParent(String parent, @Nullable String generation) {
		AttributesBuilder attributes = this.attributes.toBuilder().put(PARENT, parent);
		if (generation != null) {
			attributes.put(SPAN_ATTRIBUTES, with("\"generation\":" + generation));
		}
		return new SpanTemplate(this.type, attributes.build());
	}

	private String with(String property) {
		String others = this.attributes.get(SPAN_ATTRIBUTES);
		return ((others != null) ? others.substring(0, others.length() - 1) + "," : "{") + property + "}";
	}

}
