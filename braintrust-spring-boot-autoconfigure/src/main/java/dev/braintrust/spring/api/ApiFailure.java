package dev.braintrust.spring.api;

import java.util.Locale;

/**
 * Braintrust's API did not do what was asked. The message says what, and the status or
 * the kind of failure, on one line.
 */
public final class ApiFailure extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient Reply reply;

	public ApiFailure(String message, Reply reply) {
		super(oneLine(message) + " (" + reply.describe() + ")", null, false, false);
		this.reply = reply;
	}

	public Reply reply() {
		return this.reply;
	}

	// A text from outside as it may stand in a log: without line breaks and other control
	// characters, which would forge lines.
	public static String oneLine(String text) {
		StringBuilder line = new StringBuilder(text.length());
		for (int i = 0; i < text.length(); i++) {
			char character = text.charAt(i);
			if (breaksLine(character)) {
				line.append(String.format(Locale.ROOT, "\\u%04x", (int) character));
			}
			else {
				line.append(character);
			}
		}
		return line.toString();
	}

	private static boolean breaksLine(char character) {
		int type = Character.getType(character);
		return type == Character.CONTROL || type == Character.LINE_SEPARATOR || type == Character.PARAGRAPH_SEPARATOR
				|| type == Character.FORMAT;
	}

}
