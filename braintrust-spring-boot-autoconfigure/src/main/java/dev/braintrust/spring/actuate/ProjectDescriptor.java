package dev.braintrust.spring.actuate;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import dev.braintrust.spring.actuate.ProjectStates.ProjectState;
import dev.braintrust.spring.api.ProjectAccess;
import dev.braintrust.spring.export.ExportStatus;
import dev.braintrust.spring.export.LossReason;
import dev.braintrust.spring.settings.OneLine;
import dev.braintrust.spring.settings.ProjectSettings.Parent;
import dev.braintrust.spring.upload.AttachmentStatus;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * A project as the endpoint shows it. Unknown values are absent.
 *
 * @param key the key
 * @param name the name in Braintrust, absent if the project is declared by its id
 * @param id the id in Braintrust, if the project is declared by it
 * @param destination the host that spans go to, or {@code console}
 * @param state {@code down}, {@code off}, {@code console}, {@code idle}, {@code sending},
 * {@code retrying}, {@code failing} or {@code closed}
 * @param problems sentences that say why spans do not arrive at the moment
 * @param lastSuccess when a request was last accepted
 * @param lastFailure when a request last failed
 * @param lastError a sentence about the last failure
 * @param access the result of the API key check at startup
 * @param spans the span counters
 * @param attachments the attachment counters, absent if uploads are off
 * @param requests the number of requests that were sent
 * @param bytes the number of bytes that are queued and that were sent
 */
record ProjectDescriptor(String key, @Nullable String name, @Nullable String id, String destination, String state,
		List<String> problems, @Nullable Instant lastSuccess, @Nullable Instant lastFailure, @Nullable String lastError,
		@Nullable Access access, @Nullable Spans spans, @Nullable Attachments attachments, @Nullable Long requests,
		@Nullable Bytes bytes) implements OperationResponseBody {

	static ProjectDescriptor of(ProjectState state) {
		ExportStatus export = state.export();
		Parent parent = state.settings().parent();
		return new ProjectDescriptor(state.settings().key(), oneLine(parent.name()), oneLine(parent.id()),
				state.destination(), state.name(), state.problems(), (export != null) ? export.lastSuccess() : null,
				(export != null) ? export.lastFailure() : null, state.lastError(), Access.of(state.access()),
				(export != null) ? Spans.of(export) : null, Attachments.of(state.attachments()),
				(export != null) ? export.requests() : null,
				(export != null) ? new Bytes(export.queuedBytes(), export.bytes()) : null);
	}

	private static @Nullable String oneLine(@Nullable String text) {
		return (text != null) ? OneLine.of(text) : null;
	}

	// The result of the API key check at startup.
	record Access(String state, @Nullable String organization, @Nullable String project, Instant checkedAt) {

		static @Nullable Access of(@Nullable ProjectAccess access) {
			return (access != null) ? new Access(access.state().name().toLowerCase(Locale.ROOT),
					oneLine(access.orgName()), oneLine(access.projectName()), access.checkedAt()) : null;
		}

	}

	record Spans(long ended, long sent, long queued, long retried, Map<String, Long> lost,
			Map<String, Long> contentLost) {

		static Spans of(ExportStatus export) {
			return new Spans(export.ended(), export.sent(), export.queued(), export.retried(), byTag(export.lost()),
					byTag(export.contentLost()));
		}

		private static Map<String, Long> byTag(Map<LossReason, Long> counts) {
			Map<String, Long> result = new TreeMap<>();
			counts.forEach((reason, count) -> result.put(reason.tag(), count));
			return result;
		}

	}

	// The attachment counters.
	record Attachments(String state, long uploaded, long waiting, Map<String, Long> failed, Map<String, Long> refused,
			Bytes bytes) {

		static @Nullable Attachments of(@Nullable AttachmentStatus status) {
			return (status != null && status.state() != AttachmentStatus.State.OFF)
					? new Attachments(status.state().name().toLowerCase(Locale.ROOT), status.uploaded(),
							status.waiting(), new TreeMap<>(status.failed()), new TreeMap<>(status.refused()),
							new Bytes(status.waitingBytes(), status.uploadedBytes()))
					: null;
		}

	}

	// The sizes of spans or of attachments.
	record Bytes(long queued, long sent) {
	}

}
