package dev.braintrust.spring.actuate;

import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import dev.braintrust.spring.api.ProjectAccess;
import dev.braintrust.spring.export.ExportStatus;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.settings.WebUrl;
import dev.braintrust.spring.upload.AttachmentStatus;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one project at one time. It has no secrets and no content.
 *
 * @param settings its settings
 * @param export how its export goes, {@code null} where it is off
 * @param attachments how its uploads go, {@code null} where it is off
 * @param access what Braintrust said about its access, {@code null} where it was not
 * asked
 * @param outage why it records nothing, {@code null} if it does
 */
record ProjectState(ProjectSettings settings, @Nullable ExportStatus export, @Nullable AttachmentStatus attachments,
		@Nullable ProjectAccess access, @Nullable String outage) {

	private static final String OFF = "off";

	private static final String DOWN = "down";

	// The state in a word.
	String name() {
		if (this.outage != null) {
			return DOWN;
		}
		return (this.export != null) ? this.export.state().name().toLowerCase(Locale.ROOT) : OFF;
	}

	// Where its spans go.
	String destination() {
		URI endpoint = this.settings.export().endpoint();
		return WebUrl.host((endpoint != null) ? endpoint : this.settings.apiUrl());
	}

	// What keeps spans from arriving at the moment.
	List<String> problems() {
		List<String> problems = new ArrayList<>();
		if (this.settings.enabled() && !this.settings.isOn()) {
			problems.add("The project is off: it has no API key. Set 'braintrust.projects." + this.settings.key()
					+ ".api-key', 'braintrust.api-key' or the environment variable BRAINTRUST_API_KEY.");
		}
		if (this.outage != null) {
			problems.add(this.outage);
		}
		String lastError = lastError();
		if (lastError != null && this.export != null && (this.export.state() == ExportStatus.State.RETRYING
				|| this.export.state() == ExportStatus.State.FAILING)) {
			problems.add(lastError);
		}
		if (this.attachments != null && this.attachments.state() == AttachmentStatus.State.UNAVAILABLE) {
			problems.add("Attachments cannot be uploaded at the moment; small ones are recorded as base64.");
		}
		if (this.access != null && this.access.problem() != null && !isOutdated(this.access)) {
			problems.add(this.access.problem());
		}
		return List.copyOf(problems);
	}

	// What the last failure was.
	@Nullable String lastError() {
		if (this.export == null || this.export.lastError() == null) {
			return null;
		}
		String failed = "A request to " + destination() + " failed (" + this.export.lastError() + ")";
		return switch (this.export.state()) {
			case RETRYING -> failed + ", and is sent again.";
			case FAILING -> failed + " for good, and its spans are lost.";
			default -> failed + ".";
		};
	}

	// What was accepted since then could be sent, and by this key.
	private boolean isOutdated(ProjectAccess access) {
		Instant lastSuccess = (this.export != null) ? this.export.lastSuccess() : null;
		return lastSuccess != null && lastSuccess.isAfter(access.checkedAt()) && switch (access.state()) {
			case UNREACHABLE, UNCLEAR, WRONG_KEY -> true;
			default -> false;
		};
	}

}
