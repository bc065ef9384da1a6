package dev.braintrust.spring.actuate;

import java.util.function.ToDoubleFunction;

import dev.braintrust.spring.upload.AttachmentStatus;

/**
 * A number of the uploads that has a meter; one class for all, as {@link ExportFigure}
 * is.
 */
enum AttachmentFigure implements ToDoubleFunction<AttachmentStatus> {

	WAITING,

	// Bytes of attachments that are held in memory.
	WAITING_BYTES,

	UPLOADED,

	UPLOADED_BYTES;

	@Override
	public double applyAsDouble(AttachmentStatus status) {
		return switch (this) {
			case WAITING -> status.waiting();
			case WAITING_BYTES -> status.waitingBytes();
			case UPLOADED -> status.uploaded();
			case UPLOADED_BYTES -> status.uploadedBytes();
		};
	}

}
