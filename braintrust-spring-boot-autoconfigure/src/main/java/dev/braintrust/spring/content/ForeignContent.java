package dev.braintrust.spring.content;

import java.util.List;
import java.util.Set;

import dev.braintrust.spring.ContentFilter.Field;
import dev.braintrust.spring.settings.ProjectSettings;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Applies the capture settings and filters of a project to content in attributes that
 * others set, such as instrumentations that use the project's {@code OpenTelemetry}. It
 * only knows the attributes that are listed here.
 */
final class ForeignContent {

	private static final Set<String> INPUTS = Set.of("braintrust.input", "braintrust.input_json", "braintrust.expected",
			"braintrust.expected_json", "gen_ai.input.messages", "gen_ai.system_instructions", "gen_ai.prompt",
			"gen_ai.tool.call.arguments", "input.value", "traceloop.entity.input", "ai.prompt", "ai.prompt.messages",
			"ai.toolCall.args");

	private static final Set<String> OUTPUTS = Set.of("braintrust.output", "braintrust.output_json",
			"gen_ai.output.messages", "gen_ai.completion", "gen_ai.tool.call.result", "output.value",
			"traceloop.entity.output", "ai.response.text", "ai.toolCall.result");

	private static final Set<String> ERRORS = Set.of("exception.message", "exception.stacktrace");

	private static final List<String> INPUT_PREFIXES = List.of("gen_ai.prompt.", "llm.input_messages.", "llm.prompts.");

	private static final List<String> OUTPUT_PREFIXES = List.of("gen_ai.completion.", "llm.output_messages.");

	private final ProjectSettings.Capture capture;

	private final TextFilter filter;

	private final boolean unchanged;

	ForeignContent(ProjectSettings.Capture capture, TextFilter filter) {
		this.capture = capture;
		this.filter = filter;
		this.unchanged = capture.input() && capture.output() && filter.isEmpty();
	}

	static boolean hasOutput(Attributes attributes) {
		return !attributes.isEmpty()
				&& attributes.asMap().keySet().stream().anyMatch((key) -> field(key.getKey()) == Field.OUTPUT);
	}

	// Return the attributes in the form that the project records.
	Attributes of(Attributes attributes) {
		if (this.unchanged || attributes.isEmpty()) {
			return attributes;
		}
		AttributesBuilder recorded = attributes.toBuilder();
		attributes.forEach((key, value) -> {
			Field field = field(key.getKey());
			if (field != null) {
				recorded.remove(key);
				if (isRecorded(field) && value instanceof String text) {
					record(recorded, key.getKey(), text, field);
				}
			}
		});
		return recorded.build();
	}

	private void record(AttributesBuilder recorded, String key, String text, Field field) {
		String filtered = text(text, field);
		if (filtered != null) {
			recorded.put(AttributeKey.stringKey(key), filtered);
		}
	}

	// Return a text in the form that the project records, or null if it is dropped.
	@Nullable String text(String text, Field field) {
		if (!isRecorded(field)) {
			return null;
		}
		try {
			return this.filter.apply(text, field);
		}
		catch (TextFilter.DroppedFieldException ex) {
			return null;
		}
	}

	private boolean isRecorded(Field field) {
		return switch (field) {
			case INPUT -> this.capture.input();
			case OUTPUT -> this.capture.output();
			case METADATA, ERROR -> this.capture.content();
		};
	}

	private static @Nullable Field field(String key) {
		if (INPUTS.contains(key) || INPUT_PREFIXES.stream().anyMatch(key::startsWith)) {
			return Field.INPUT;
		}
		if (OUTPUTS.contains(key) || OUTPUT_PREFIXES.stream().anyMatch(key::startsWith)) {
			return Field.OUTPUT;
		}
		return ERRORS.contains(key) ? Field.ERROR : null;
	}

}
