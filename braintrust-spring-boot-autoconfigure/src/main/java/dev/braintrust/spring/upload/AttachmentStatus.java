package dev.braintrust.spring.upload;

import java.util.List;
import java.util.Map;

/**
 * The state of a project's attachments since the project was started.
 *
 * @param state whether uploads are possible, as far as is known
 * @param uploaded the number of uploaded attachments, without attachments that were
 * stored before
 * @param uploadedBytes their size in bytes
 * @param failed the number of uploads that have failed for good, by the step that failed:
 * {@code wait}, {@code login}, {@code url}, {@code storage}, {@code status},
 * {@code closed}
 * @param refused the number of attachments that were not uploaded, by the reason:
 * {@code too_large}, {@code too_much_waiting}, {@code unreadable}, {@code unavailable}
 * @param waiting the number of uploads that are queued or in flight
 * @param waitingBytes the bytes of attachments that unsent spans and uploads hold in
 * memory
 */
public record AttachmentStatus(State state, long uploaded, long uploadedBytes, Map<String, Long> failed,
		Map<String, Long> refused, int waiting, long waitingBytes) {

	// The tags of the steps, as strings, so that the meters load no more classes
	// at startup.
	public static final List<String> STEPS = List.of("wait", "login", "url", "storage", "status", "closed");

	public AttachmentStatus {
		failed = Map.copyOf(failed);
		refused = Map.copyOf(refused);
	}

	// The number of uploads that have failed for good.
	public long totalFailed() {
		return this.failed.values().stream().mapToLong(Long::longValue).sum();
	}

	/**
	 * Whether uploads are possible.
	 */
	public enum State {

		// Nothing is uploaded: the project records attachments in another form, sends to
		// its own endpoint, or has no API key.
		OFF,

		// Uploads are possible, as far as is known.
		AVAILABLE,

		// The last uploads have failed, so small attachments are recorded as base64.
		UNAVAILABLE

	}

}
