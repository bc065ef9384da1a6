package dev.braintrust.spring.actuate;

import java.util.List;
import java.util.Map;

import dev.braintrust.spring.actuate.ProjectStates.ProjectState;
import dev.braintrust.spring.export.ExportStatus;
import dev.braintrust.spring.upload.AttachmentStatus;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * The health of the export of one project. It is never down: an application whose traces
 * do not arrive serves its users all the same. Spring Boot takes no account of a status
 * that it does not know when it sums up, and answers it with status 200.
 */
final class ProjectHealthIndicator implements HealthIndicator {

	static final Status DEGRADED = new Status("DEGRADED", "Spans or attachments do not arrive at the moment");

	private final String key;

	private final ProjectStates states;

	ProjectHealthIndicator(String key, ProjectStates states) {
		this.key = key;
		this.states = states;
	}

	@Override
	public Health health() {
		ProjectState state = this.states.get(this.key);
		if (state == null) {
			return Health.unknown().build();
		}
		List<String> problems = state.problems();
		Health.Builder health = Health.status(problems.isEmpty() ? Status.UP : DEGRADED)
			.withDetail("state", state.name())
			.withDetail("destination", state.destination());
		ExportStatus export = state.export();
		if (export != null) {
			health.withDetail("queued", export.queued()).withDetail("lost", export.totalLost());
			if (export.lastSuccess() != null) {
				health.withDetail("lastSuccess", export.lastSuccess());
			}
		}
		AttachmentStatus attachments = state.attachments();
		if (attachments != null && attachments.state() != AttachmentStatus.State.OFF) {
			health.withDetail("attachments",
					Map.of("waiting", attachments.waiting(), "failed", attachments.totalFailed()));
		}
		if (!problems.isEmpty()) {
			health.withDetail("problems", problems);
		}
		return health.build();
	}

}
