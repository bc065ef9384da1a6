package dev.braintrust.spring.content;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;

import dev.braintrust.spring.ContentFilter.Field;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.settings.ProjectSettings.CaptureFormat;
import io.opentelemetry.api.common.AttributeKey;
import org.jspecify.annotations.Nullable;

/**
 * Tells which attributes the captured fields of a span become, in each format.
 */
final class ContentFields {

	private static final BiPredicate<String, Object> NONE = (key, value) -> false;

	private ContentFields() {
	}

	static List<ContentField> of(SpanFields fields, @Nullable SpanType type, ProjectSettings.Capture capture) {
		List<ContentField> content = new ArrayList<>(5);
		boolean braintrust = capture.format() != CaptureFormat.GEN_AI;
		// The conventions know nothing of functions and of spans without a type.
		boolean known = capture.format() != CaptureFormat.BRAINTRUST && type != SpanType.FUNCTION;
		SpanType genAiType = known ? type : null;
		boolean own = braintrust || genAiType == null;
		add(content, own ? SpanAttributes.INPUT : null, Field.INPUT, CaptureFormat.BRAINTRUST, fields.input());
		add(content, own ? SpanAttributes.OUTPUT : null, Field.OUTPUT, CaptureFormat.BRAINTRUST, fields.output());
		if (genAiType != null) {
			addGenAi(content, fields, genAiType);
		}
		addObjects(content, fields, own, capture.input());
		return content;
	}

	private static void addGenAi(List<ContentField> content, SpanFields fields, SpanType type) {
		Object input = fields.input();
		Object output = fields.output();
		if (type == SpanType.TOOL) {
			add(content, GenAiAttributes.TOOL_ARGUMENTS, Field.INPUT, CaptureFormat.GEN_AI, input);
			add(content, GenAiAttributes.TOOL_RESULT, Field.OUTPUT, CaptureFormat.GEN_AI, output);
		}
		else {
			add(content, GenAiAttributes.INPUT, Field.INPUT, CaptureFormat.GEN_AI, GenAiText.input(input));
			add(content, GenAiAttributes.OUTPUT, Field.OUTPUT, CaptureFormat.GEN_AI, GenAiText.output(output));
		}
		Entries metadata = fields.metadata();
		Object tools = (metadata != null) ? metadata.get("tools") : null;
		add(content, GenAiAttributes.TOOL_DEFINITIONS, Field.METADATA, CaptureFormat.GEN_AI, tools);
	}

	private static void addObjects(List<ContentField> content, SpanFields fields, boolean own, boolean variables) {
		BiPredicate<String, Object> absent = own ? NONE : GenAiAttributes::isAttribute;
		addEntries(content, SpanAttributes.METADATA, fields.metadata(), absent, variables);
		addEntries(content, SpanAttributes.METRICS, fields.metrics(), absent, variables);
		add(content, SpanAttributes.SCORES, Field.METADATA, CaptureFormat.BRAINTRUST, fields.scores());
	}

	private static void addEntries(List<ContentField> content, AttributeKey<String> attribute,
			@Nullable Entries entries, BiPredicate<String, Object> absent, boolean variables) {
		if (entries != null && entries.hasOtherThan(absent)) {
			content
				.add(new ContentField(attribute, Field.METADATA, CaptureFormat.BRAINTRUST, entries, absent, variables));
		}
	}

	private static void add(List<ContentField> content, @Nullable AttributeKey<String> attribute, Field field,
			CaptureFormat format, @Nullable Object value) {
		if (attribute != null && value != null) {
			content.add(new ContentField(attribute, field, format, value));
		}
	}

}
