package dev.braintrust.spring.upload;

import java.util.Locale;

/**
 * Why an attachment is not uploaded.
 */
public enum Refusal {

	TOO_LARGE("too large"),

	TOO_MUCH_WAITING("too much is waiting to be sent"),

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

	// The reason as the value of a tag.
	public String tag() {
		return name().toLowerCase(Locale.ROOT);
	}

}
