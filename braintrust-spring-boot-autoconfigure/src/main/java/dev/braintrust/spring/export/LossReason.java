package dev.braintrust.spring.export;

import java.util.Locale;

/**
 * The reason why a span, or only its content, was not sent.
 */
public enum LossReason {

	/**
	 * There was no room for all queued spans.
	 */
	QUEUE_FULL("the queue was full"),

	/**
	 * The span exceeded the size limit, or a limit on the way to the server.
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
	 * Its request was given up, or was in flight at the close, and had no answer. The
	 * span may still have arrived.
	 */
	UNANSWERED("lost or unknown: no answer"),

	/**
	 * No request could be created for it.
	 */
	UNSENDABLE("unsendable"),

	/**
	 * It could not be sent before the application context closed, or its experiment
	 * ended.
	 */
	SHUTDOWN("shutdown"),

	/**
	 * It ended after the application context had closed, or after its experiment was no
	 * longer sent.
	 */
	CLOSED("closed");

	private final String words;

	LossReason(String words) {
		this.words = words;
	}

	/**
	 * The note that replaces lost content in a span.
	 * @return a text without characters that JSON escapes
	 */
	public String note() {
		return "[not sent: " + this.words + "]";
	}

	/**
	 * The reason as a tag value.
	 * @return the name in lower case, such as {@code queue_full}
	 */
	public String tag() {
		return name().toLowerCase(Locale.ROOT);
	}

}
