package dev.braintrust.spring.content;

import dev.braintrust.spring.settings.ProjectSettings;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import org.jspecify.annotations.Nullable;

/**
 * What all spans of one type and one tracer have in common, made once.
 *
 * @param type the type, or {@code null} for spans without one
 * @param attributes the attributes
 */
public record SpanTemplate(@Nullable SpanType type, Attributes attributes) {

	// What spans have in common that have nothing: those that are not recorded.
	public static final SpanTemplate NONE = new SpanTemplate(null, Attributes.empty());

	// Make the template of spans without a type.
	public static SpanTemplate of(ProjectSettings settings, String spanOrigin) {
		AttributesBuilder attributes = Attributes.builder()
			.put(SpanAttributes.PARENT, settings.parent().toString())
			.put(SpanAttributes.CONTEXT, spanOrigin);
		if (settings.orgName() != null) {
			attributes.put(SpanAttributes.ORG, settings.orgName());
		}
		if (settings.hasOwnAppUrl()) {
			attributes.put(SpanAttributes.APP_URL, settings.appUrl().toString());
		}
		return new SpanTemplate(null, attributes.build());
	}

	public SpanTemplate withType(SpanType type) {
		return new SpanTemplate(type,
				this.attributes.toBuilder().put(SpanAttributes.SPAN_ATTRIBUTES, type.json()).build());
	}

}
