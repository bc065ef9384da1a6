package dev.braintrust.spring.properties;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * Turns the properties under {@code capture} into settings, and checks them.
 */
final class CaptureResolver {

	private static final DataSize MIN_FIELD_SIZE = DataSize.ofKilobytes(1);

	private static final String AI_SPANS_VARIABLE = "BRAINTRUST_FILTER_AI_SPANS";

	private final ProjectValues values;

	private final boolean on;

	CaptureResolver(ProjectValues values, boolean on) {
		this.values = values;
		this.on = on;
	}

	ProjectSettings.Capture resolve() {
		return new ProjectSettings.Capture(this.values.value((level) -> level.getCapture().getContent(), true),
				this.values.value((level) -> level.getCapture().getInput(), true),
				this.values.value((level) -> level.getCapture().getOutput(), true),
				this.values.value((level) -> level.getCapture().getFormat(), CaptureFormat.BRAINTRUST), maxFieldSize(),
				this.values.value((level) -> level.getCapture().getAiSpansOnly(), aiSpansOnlyByVariable()), provider());
	}

	private long maxFieldSize() {
		DataSize none = DataSize.ofBytes(ProjectSettings.Capture.UNLIMITED);
		DataSize size = this.values.value((level) -> level.getCapture().getMaxFieldSize(), none);
		if (size != none && size.compareTo(MIN_FIELD_SIZE) < 0) {
			throw new InvalidBraintrustPropertyException(
					this.values.name("capture.max-field-size", (level) -> level.getCapture().getMaxFieldSize()),
					"is less than 1KB", "Set it to a size such as '256KB', or remove it to cut nothing.");
		}
		return size.toBytes();
	}

	// The specification does not list this variable for files.
	private boolean aiSpansOnlyByVariable() {
		ProjectValues.Text text = this.values.variable(AI_SPANS_VARIABLE);
		String value = (text.value() != null) ? text.value().strip().toLowerCase(Locale.ROOT) : "false";
		return switch (value) {
			case "true", "on", "yes", "1" -> true;
			case "false", "off", "no", "0" -> false;
			default -> throw text.invalid("is neither true nor false",
					"Set it to 'true' to keep the spans of AI instrumentation alone, or remove it.");
		};
	}

	private @Nullable String provider() {
		return this.values.text("capture.provider", (level) -> level.getCapture().getProvider()).resolved(this.on);
	}

}
