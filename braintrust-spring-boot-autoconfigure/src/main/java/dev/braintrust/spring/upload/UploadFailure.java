package dev.braintrust.spring.upload;

import java.util.Locale;
import java.util.concurrent.CompletionException;

/**
 * The reason why an upload has failed for good. The message may name a status, but never
 * a URL or a part of an answer.
 */
final class UploadFailure extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private static final String UNREADABLE = "not readable";

	private static final String UNWANTED = "not wanted any more";

	private final Step step;

	private final boolean general;

	UploadFailure(Step step, String message, boolean general) {
		super(message, null, false, false);
		this.step = step;
		this.general = general;
	}

	// The attachment cannot be read unchanged.
	static UploadFailure unreadable() {
		return new UploadFailure(Step.STORAGE, UNREADABLE, false);
	}

	// The spans that waited for it are lost.
	static UploadFailure unwanted(Step step) {
		return new UploadFailure(step, UNWANTED, false);
	}

	static UploadFailure of(Throwable failure) {
		Throwable cause = failure;
		while (cause instanceof CompletionException && cause.getCause() != null) {
			cause = cause.getCause();
		}
		return (cause instanceof UploadFailure known) ? known
				: new UploadFailure(Step.STORAGE, cause.getClass().getSimpleName(), false);
	}

	boolean isUnreadable() {
		return UNREADABLE.equals(getMessage());
	}

	boolean isUnwanted() {
		return UNWANTED.equals(getMessage());
	}

	Step step() {
		return this.step;
	}

	boolean isGeneral() {
		return this.general;
	}

	/**
	 * A step of an upload.
	 */
	enum Step {

		// Waiting for the uploads before it.
		WAIT,

		// Asking for the organization.
		LOGIN,

		// Asking for the URL to upload to.
		URL,

		// Sending the bytes to the storage.
		STORAGE,

		// Reporting the result.
		STATUS,

		// Cancelled because the application context closed.
		CLOSED;

		// The step as the value of a tag.
		String tag() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

}
