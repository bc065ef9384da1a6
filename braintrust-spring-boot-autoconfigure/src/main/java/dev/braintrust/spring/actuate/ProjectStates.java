package dev.braintrust.spring.actuate;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import dev.braintrust.spring.api.AccessCheck;
import dev.braintrust.spring.api.ProjectAccess;
import dev.braintrust.spring.export.ExportStatus;
import dev.braintrust.spring.linkage.ProjectSwitches;
import dev.braintrust.spring.settings.DeclaredProjects;
import dev.braintrust.spring.settings.OneLine;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.trace.SpanDestination;
import dev.braintrust.spring.upload.AttachmentStatus;
import org.jspecify.annotations.Nullable;

/**
 * Collects the state of each declared project from its export, uploads, access check and
 * switch.
 */
final class ProjectStates {

	private final DeclaredProjects declared;

	private final SpanDestination destination;

	private final AccessCheck access;

	private final ProjectSwitches switches;

	ProjectStates(DeclaredProjects declared, SpanDestination destination, AccessCheck access,
			ProjectSwitches switches) {
		this.declared = declared;
		this.destination = destination;
		this.access = access;
		this.switches = switches;
	}

	List<String> keys() {
		return this.declared.keys();
	}

	@Nullable ProjectState get(String key) {
		ProjectSettings settings = this.declared.get(key);
		if (settings == null) {
			return null;
		}
		ExportStatus export = settings.isOn() ? this.destination.pipeline().status(key) : null;
		boolean inConsole = this.destination.watch() != null && settings.enabled() && !settings.isOn();
		return new ProjectState(settings, export, this.destination.uploads().status(key), this.access.of(key),
				this.switches.of(key).problem(), inConsole);
	}

	/**
	 * The state of one project at one time. It has no secrets and no content.
	 *
	 * @param export the status of its export, {@code null} if the project is off
	 * @param attachments the status of its uploads, {@code null} if the project is off
	 * @param access the result of the API key check, {@code null} if it was not checked
	 * @param outage why the project records nothing, {@code null} if it records
	 * @param inConsole whether it is recorded for the console only
	 */
	record ProjectState(ProjectSettings settings, @Nullable ExportStatus export, @Nullable AttachmentStatus attachments,
			@Nullable ProjectAccess access, @Nullable String outage, boolean inConsole) {

		private static final String OFF = "off";

		private static final String DOWN = "down";

		private static final String CONSOLE = "console";

		// The state in one word.
		String name() {
			if (this.outage != null) {
				return DOWN;
			}
			if (this.export != null) {
				return this.export.state().name().toLowerCase(Locale.ROOT);
			}
			return this.inConsole ? CONSOLE : OFF;
		}

		String destination() {
			return this.inConsole ? CONSOLE : this.settings.destination();
		}

		// The reasons why spans do not arrive at the moment.
		List<String> problems() {
			List<String> problems = new ArrayList<>();
			if (this.settings.enabled() && !this.settings.isOn() && !this.inConsole) {
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
			return problems.stream().map(OneLine::of).toList();
		}

		// A sentence about the last failed request, null if no request failed.
		@Nullable String lastError() {
			if (this.export == null || this.export.lastError() == null) {
				return null;
			}
			String failed = "A request to " + destination() + " failed (" + OneLine.of(this.export.lastError()) + ")";
			return switch (this.export.state()) {
				case RETRYING -> failed + ", and is sent again.";
				case FAILING -> failed + " for good, and its spans are lost.";
				default -> failed + ".";
			};
		}

		// A request that was accepted after the check shows that the server is reachable
		// and accepts the key.
		private boolean isOutdated(ProjectAccess access) {
			Instant lastSuccess = (this.export != null) ? this.export.lastSuccess() : null;
			return lastSuccess != null && lastSuccess.isAfter(access.checkedAt()) && switch (access.state()) {
				case UNREACHABLE, UNCLEAR, WRONG_KEY -> true;
				default -> false;
			};
		}

	}

}
