package dev.braintrust.spring.upload;

import java.util.List;
import java.util.Map;

/**
 * What has become of the attachments of a project since it was started.
 *
 * @param state whether uploads are possible, as far as is known
 * @param uploaded how many were uploaded, those that were there already not counted
 * @param uploadedBytes how many bytes they have
 * @param failed how many uploads have failed for good, by the step that failed:
 * {@code wait}, {@code login}, {@code url}, {@code storage}, {@code status},
 * {@code closed}
 * @param refused how many attachments were not uploaded, by the reason:
 * {@code too_large}, {@code too_much_waiting}, {@code unreadable}, {@code unavailable}
 * @param waiting how many uploads wait or are under way
 * @param waitingBytes how many bytes of attachments are held in memory, by spans that are
 * not sent yet and by uploads
 */
public record AttachmentStatus(State state, long uploaded, long uploadedBytes, Map<String, Long> failed,
		Map<String, Long> refused, int waiting, long waitingBytes) {

	// The tags of the steps, so that the meters load no more at startup.
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

		// Nothing is uploaded: the project records attachments in another form, or has no
		// API key.
		OFF,

		// They are, as far as is known.
		AVAILABLE,

		// The last ones have failed, and small attachments are recorded as base64.
		UNAVAILABLE

	}

}
