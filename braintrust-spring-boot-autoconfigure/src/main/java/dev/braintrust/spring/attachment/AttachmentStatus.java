package dev.braintrust.spring.attachment;

import java.util.Map;

/**
 * What has become of the attachments of a project since it was started.
 *
 * @param available whether uploads are possible, as far as is known
 * @param uploaded how many were uploaded, those that were there already not counted
 * @param uploadedBytes how many bytes they have
 * @param failed how many uploads have failed for good, by the step that failed:
 * {@code login}, {@code url}, {@code storage}, {@code status}, {@code closed}
 * @param refused how many attachments were not uploaded, by the reason:
 * {@code too_large}, {@code too_much_waiting}, {@code unreadable}, {@code unavailable}
 * @param waiting how many uploads wait or are under way
 * @param waitingBytes how many bytes of attachments are held in memory, by spans that are
 * not sent yet and by uploads
 */
public record AttachmentStatus(boolean available, long uploaded, long uploadedBytes, Map<String, Long> failed,
		Map<String, Long> refused, int waiting, long waitingBytes) {

	public AttachmentStatus {
		failed = Map.copyOf(failed);
		refused = Map.copyOf(refused);
	}

}
