package dev.braintrust.spring.content;

import java.util.EnumMap;
import java.util.Map;

import dev.braintrust.spring.properties.ProjectSettings;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The attributes that all spans of a tracer have in common, made once.
 */
public final class CommonAttributes {

	private final Attributes untyped;

	private final Map<SpanType, Attributes> typed = new EnumMap<>(SpanType.class);

	/**
	 * Make the attributes.
	 * @param settings the settings of the project
	 * @param spanOrigin where the spans come from, as JSON
	 */
	public CommonAttributes(ProjectSettings settings, String spanOrigin) {
		AttributesBuilder attributes = Attributes.builder()
			.put(SpanAttributes.PARENT, settings.parent())
			.put(SpanAttributes.CONTEXT, spanOrigin);
		if (settings.orgName() != null) {
			attributes.put(SpanAttributes.ORG, settings.orgName());
		}
		if (settings.hasOwnAppUrl()) {
			attributes.put(SpanAttributes.APP_URL, settings.appUrl().toString());
		}
		this.untyped = attributes.build();
		for (SpanType type : SpanType.values()) {
			this.typed.put(type, this.untyped.toBuilder().put(SpanAttributes.SPAN_ATTRIBUTES, type.json()).build());
		}
	}

	/**
	 * The attributes of a type of span.
	 * @param type the type, or {@code null} for spans without one
	 * @return the attributes
	 */
	public Attributes of(@Nullable SpanType type) {
		return (type != null) ? this.typed.getOrDefault(type, this.untyped) : this.untyped;
	}

}
