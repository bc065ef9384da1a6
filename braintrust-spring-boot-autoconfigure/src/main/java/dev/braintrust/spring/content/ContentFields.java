package dev.braintrust.spring.content;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import dev.braintrust.spring.ContentFilter.Field;
import dev.braintrust.spring.properties.CaptureFormat;
import dev.braintrust.spring.properties.ProjectSettings;
import io.opentelemetry.api.common.AttributeKey;
import org.jspecify.annotations.Nullable;

/**
 * Tells which attributes the captured fields of a span become, in each format.
 */
final class ContentFields {

	private static final Set<String> NO_PROMPT = Set.of("prompt");

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
		addObjects(content, fields, capture.content() ? Set.of() : NO_PROMPT, own);
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

	private static void addObjects(List<ContentField> content, SpanFields fields, Set<String> withoutContent,
			boolean own) {
		Entries metadata = fields.metadata();
		Entries metrics = fields.metrics();
		Set<String> absentMetadata = own ? withoutContent : GenAiAttributes.metadata(withoutContent);
		Set<String> absentMetrics = own ? Set.of() : GenAiAttributes.METRICS;
		if (metadata != null && metadata.hasOtherThan(absentMetadata)) {
			content.add(new ContentField(SpanAttributes.METADATA, Field.METADATA, CaptureFormat.BRAINTRUST, metadata,
					absentMetadata));
		}
		if (metrics != null && metrics.hasOtherThan(absentMetrics)) {
			content.add(new ContentField(SpanAttributes.METRICS, Field.METADATA, CaptureFormat.BRAINTRUST, metrics,
					absentMetrics));
		}
		add(content, SpanAttributes.SCORES, Field.METADATA, CaptureFormat.BRAINTRUST, fields.scores());
	}

	private static void add(List<ContentField> content, @Nullable AttributeKey<String> attribute, Field field,
			CaptureFormat format, @Nullable Object value) {
		if (attribute != null && value != null) {
			content.add(new ContentField(attribute, field, format, value));
		}
	}

}
