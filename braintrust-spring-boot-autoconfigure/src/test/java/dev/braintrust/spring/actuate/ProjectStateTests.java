package dev.braintrust.spring.actuate;

import java.time.Instant;
import java.util.Map;

import dev.braintrust.spring.actuate.ProjectStates.ProjectState;
import dev.braintrust.spring.api.ProjectAccess;
import dev.braintrust.spring.autoconfigure.properties.SettingsSource;
import dev.braintrust.spring.export.ExportStatus;
import dev.braintrust.spring.export.ExportStatus.State;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.upload.AttachmentStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the reported problems of a project.
 */
class ProjectStateTests {

	private static final Instant CHECKED = Instant.parse("2026-01-01T00:00:00Z");

	@ParameterizedTest
	@EnumSource(names = { "UNREACHABLE", "WRONG_KEY", "UNCLEAR" })
	void requestThatIsAcceptedRefutesWhatTheCheckFound(ProjectAccess.State found) {
		assertThat(state(State.IDLE, null, found).problems()).containsExactly("found");
		assertThat(state(State.SENDING, CHECKED.minusSeconds(1), found).problems()).containsExactly("found");
		assertThat(state(State.SENDING, CHECKED.plusSeconds(1), found).problems()).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(names = { "WRONG_ORGANIZATION", "UNKNOWN_PROJECT" })
	void requestThatIsAcceptedDoesNotSayThatSpansAreWhereTheyShouldBe(ProjectAccess.State found) {
		assertThat(state(State.SENDING, CHECKED.plusSeconds(1), found).problems()).containsExactly("found");
	}

	@Test
	void failureIsAProblemUntilARequestIsAccepted() {
		assertThat(state(State.RETRYING, null, null).problems())
			.containsExactly("A request to api.braintrust.dev failed (status 503), and is sent again.");
		assertThat(state(State.FAILING, null, null).problems())
			.containsExactly("A request to api.braintrust.dev failed (status 503) for good, and its spans are lost.");
		assertThat(state(State.SENDING, CHECKED, null).problems()).isEmpty();
		assertThat(state(State.SENDING, CHECKED, null).lastError())
			.isEqualTo("A request to api.braintrust.dev failed (status 503).");
	}

	@Test
	void uploadsThatFailAreAProblemUntilOneSucceeds() {
		assertThat(state(State.SENDING, CHECKED, null, attachments(AttachmentStatus.State.UNAVAILABLE)).problems())
			.containsExactly("Attachments cannot be uploaded at the moment; small ones are recorded as base64.");
		assertThat(state(State.SENDING, CHECKED, null, attachments(AttachmentStatus.State.AVAILABLE)).problems())
			.isEmpty();
		assertThat(state(State.SENDING, CHECKED, null, attachments(AttachmentStatus.State.OFF)).problems()).isEmpty();
	}

	@Test
	void projectThatRecordsNothingIsDown() {
		ProjectState down = state(State.SENDING, CHECKED, null, null, "Nothing is recorded.");
		assertThat(down.name()).isEqualTo("down");
		assertThat(down.problems()).containsExactly("Nothing is recorded.");
		assertThat(ProjectDescriptor.of(down).state()).isEqualTo("down");
	}

	@Test
	void textOfOthersBreaksNoLine() {
		ProjectState broken = state(State.SENDING, CHECKED, null, null, "one\nWARN two");
		assertThat(broken.problems()).containsExactly("one\\u000aWARN two");
		ProjectAccess access = new ProjectAccess(ProjectAccess.State.GRANTED, null, "Acme\r\nWARN", "x\u2028y",
				CHECKED);
		ProjectDescriptor descriptor = ProjectDescriptor
			.of(new ProjectState(broken.settings(), broken.export(), null, access, null, false));
		assertThat(descriptor.access()).isNotNull();
		assertThat(descriptor.access().organization()).isEqualTo("Acme\\u000d\\u000aWARN");
		assertThat(descriptor.access().project()).isEqualTo("x\\u2028y");
	}

	private static AttachmentStatus attachments(AttachmentStatus.State state) {
		return new AttachmentStatus(state, 0, 0, Map.of("login", 1L), Map.of(), 0, 0);
	}

	private static ProjectState state(State state, Instant lastSuccess, ProjectAccess.State found) {
		return state(state, lastSuccess, found, null);
	}

	private static ProjectState state(State state, Instant lastSuccess, ProjectAccess.State found,
			AttachmentStatus attachments) {
		return state(state, lastSuccess, found, attachments, null);
	}

	private static ProjectState state(State state, Instant lastSuccess, ProjectAccess.State found,
			AttachmentStatus attachments, String outage) {
		ProjectSettings settings = new SettingsSource(null).settings();
		return new ProjectState(settings,
				new ExportStatus(state, 0, 0, 0, 0, 0, Map.of(), Map.of(), 0, 0, 0, lastSuccess, null,
						(state != State.IDLE) ? "status 503" : null),
				attachments, (found != null) ? new ProjectAccess(found, "found", null, null, CHECKED) : null, outage,
				false);
	}

}
