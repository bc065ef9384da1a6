package dev.braintrust.spring.export;

import java.util.Locale;

/**
 * Why a span, or its content alone, was not sent.
 */
public enum LossReason {

	/**
	 * There was no room for all that waited.
	 */
	QUEUE_FULL("the queue was full"),

	/**
	 * The span was larger than one may be, or than the way to the server lets through.
	 */
	TOO_LARGE("the span was too large"),

	/**
	 * The server refused the request for good.
	 */
	REFUSED("refused"),

	/**
	 * The server accepted the request without this span.
	 */
	REJECTED("rejected"),

	/**
	 * The request failed too often, or for too long.
	 */
	GIVEN_UP("given up"),

	/**
	 * Its request was given up, or was under way at the close, and had no answer: the
	 * span may have arrived all the same.
	 */
	UNANSWERED("lost or unknown: no answer"),

	/**
	 * No request could be made of it.
	 */
	UNSENDABLE("unsendable"),

	/**
	 * It could not be sent before the application context closed.
	 */
	SHUTDOWN("shutdown"),

	/**
	 * It ended after the application context had closed.
	 */
	CLOSED("closed");

	private final String words;

	LossReason(String words) {
		this.words = words;
	}

	/**
	 * What stands in a span in place of content that was lost.
	 * @return a text without characters that JSON escapes
	 */
	public String note() {
		return "[not sent: " + this.words + "]";
	}

	/**
	 * The reason as the value of a tag.
	 * @return the name in lower case, such as {@code queue_full}
	 */
	public String tag() {
		return name().toLowerCase(Locale.ROOT);
	}

}
