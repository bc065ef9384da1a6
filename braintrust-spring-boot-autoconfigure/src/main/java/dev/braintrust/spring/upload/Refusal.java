package dev.braintrust.spring.upload;

import java.util.Locale;

/**
 * The reasons why an attachment is not uploaded.
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

	// The reason, for a reader of the span.
	public String reason() {
		return this.reason;
	}

	// The reason as a tag value.
	public String tag() {
		return name().toLowerCase(Locale.ROOT);
	}

}
