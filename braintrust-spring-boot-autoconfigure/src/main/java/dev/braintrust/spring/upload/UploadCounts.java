package dev.braintrust.spring.upload;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import dev.braintrust.spring.upload.AttachmentStatus.State;
import dev.braintrust.spring.upload.UploadFailure.Step;

/**
 * Counts what has become of the uploads of a project.
 */
final class UploadCounts {

	private final Map<String, Long> failed = new TreeMap<>();

	private long uploaded;

	private long uploadedBytes;

	synchronized void uploaded(long size) {
		this.uploaded++;
		this.uploadedBytes += size;
	}

	synchronized void failed(Step step) {
		this.failed.merge(step.name().toLowerCase(Locale.ROOT), 1L, Long::sum);
	}

	// The number of uploads that have failed for good.
	synchronized long failures() {
		return this.failed.values().stream().mapToLong(Long::longValue).sum();
	}

	synchronized AttachmentStatus status(State state, Map<String, Long> refused, int waiting, long heldBytes) {
		return new AttachmentStatus(state, this.uploaded, this.uploadedBytes, this.failed, refused, waiting, heldBytes);
	}

}
