package dev.braintrust.spring.actuate;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.braintrust.spring.actuate.ProjectStates.ProjectState;
import dev.braintrust.spring.export.ExportStatus;
import dev.braintrust.spring.upload.AttachmentStatus;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * The health of each project's export. It is never down, because an application whose
 * traces do not arrive still serves its users. Spring Boot ignores unknown statuses in
 * the aggregated status and answers them with HTTP status 200.
 */
final class ProjectsHealth implements CompositeHealthContributor {

	static final Status DEGRADED = new Status("DEGRADED", "Spans or attachments do not arrive at the moment");

	private final ProjectStates states;

	ProjectsHealth(ProjectStates states) {
		this.states = states;
	}

	@Override
	public @Nullable HealthContributor getContributor(String key) {
		return this.states.keys().contains(key) ? (HealthIndicator) () -> health(key) : null;
	}

	@Override
	public Stream<Entry> stream() {
		return this.states.keys().stream().map((key) -> new Entry(key, (HealthIndicator) () -> health(key)));
	}

	private Health health(String key) {
		ProjectState state = this.states.get(key);
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
