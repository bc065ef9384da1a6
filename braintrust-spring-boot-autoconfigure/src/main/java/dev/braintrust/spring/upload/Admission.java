package dev.braintrust.spring.upload;

import org.jspecify.annotations.Nullable;

/**
 * Whether an attachment is uploaded.
 *
 * @param upload the upload, where it is
 * @param refusal why not, where it is not
 */
public record Admission(@Nullable Claim upload, @Nullable Refusal refusal) {

	static Admission of(Claim upload) {
		return new Admission(upload, null);
	}

	static Admission refused(Refusal refusal) {
		return new Admission(null, refusal);
	}

	// Why an attachment is not uploaded.
	public enum Refusal {

		// It is larger than one may be.
		TOO_LARGE("too large"),

		TOO_MUCH_WAITING("too much is waiting to be sent"),

		// It cannot be read.
		UNREADABLE("not readable"),

		UNAVAILABLE("uploads are not possible at the moment");

		private final String reason;

		Refusal(String reason) {
			this.reason = reason;
		}

		// The reason, for who reads the span.
		public String reason() {
			return this.reason;
		}

	}

	// The upload of an attachment that a span is about to refer to.
	public interface Claim {

		// The key of the attachment in Braintrust.
		String key();

		void confirm();

		// The span does not refer to it: unless another one does, nothing is uploaded.
		void withdraw();

	}

}
