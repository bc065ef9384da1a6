package dev.braintrust.spring.autoconfigure.properties;

import java.util.Locale;

import dev.braintrust.spring.settings.InvalidBraintrustPropertyException;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.settings.ProjectSettings.CaptureFormat;
import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * Turns the properties under {@code capture} into settings, and checks them.
 */
final class CaptureResolver {

	private static final DataSize MIN_FIELD_SIZE = DataSize.ofKilobytes(1);

	private static final String AI_SPANS_VARIABLE = "BRAINTRUST_FILTER_AI_SPANS";

	private final ProjectValues values;

	private final CaptureProperties own;

	private final CaptureProperties shared;

	private final boolean on;

	CaptureResolver(ProjectValues values, CaptureProperties own, CaptureProperties shared, boolean on) {
		this.values = values;
		this.own = own;
		this.shared = shared;
		this.on = on;
	}

	ProjectSettings.Capture resolve() {
		return new ProjectSettings.Capture(ProjectValues.first(this.own.getContent(), this.shared.getContent(), true),
				ProjectValues.first(this.own.getInput(), this.shared.getInput(), true),
				ProjectValues.first(this.own.getOutput(), this.shared.getOutput(), true),
				ProjectValues.first(this.own.getFormat(), this.shared.getFormat(), CaptureFormat.BRAINTRUST),
				maxFieldSize(), aiSpansOnly(), provider());
	}

	private long maxFieldSize() {
		DataSize none = DataSize.ofBytes(ProjectSettings.Capture.UNLIMITED);
		DataSize size = ProjectValues.first(this.own.getMaxFieldSize(), this.shared.getMaxFieldSize(), none);
		if (size != none && size.compareTo(MIN_FIELD_SIZE) < 0) {
			throw new InvalidBraintrustPropertyException(
					this.values.name("capture.max-field-size", this.own.getMaxFieldSize()), "is less than 1KB",
					"Set it to a size such as '256KB', or remove it to cut nothing.");
		}
		return size.toBytes();
	}

	private boolean aiSpansOnly() {
		Boolean own = this.own.getAiSpansOnly();
		Boolean shared = this.shared.getAiSpansOnly();
		return (own != null || shared != null) ? ProjectValues.first(own, shared, false) : aiSpansOnlyByVariable();
	}

	// The specification does not list this variable for files.
	private boolean aiSpansOnlyByVariable() {
		ProjectValues.Text text = this.values.variable(AI_SPANS_VARIABLE);
		String value = (text.value() != null) ? text.value().strip().toLowerCase(Locale.ROOT) : "false";
		return switch (value) {
			case "true", "on", "yes", "1" -> true;
			case "false", "off", "no", "0" -> false;
			default -> {
				if (this.on) {
					throw text.invalid("is neither true nor false",
							"Set it to 'true' to keep the spans of AI instrumentation alone, or remove it.");
				}
				yield false;
			}
		};
	}

	private @Nullable String provider() {
		return this.values.text("capture.provider", this.own.getProvider(), this.shared.getProvider())
			.resolved(this.on);
	}

}
