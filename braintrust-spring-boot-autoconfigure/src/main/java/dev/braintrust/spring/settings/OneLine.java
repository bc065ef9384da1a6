package dev.braintrust.spring.settings;

import java.util.Locale;

/**
 * Makes a text from outside safe for a log, health and the endpoint. Line breaks and
 * other control characters, which could forge lines, are escaped.
 */
public final class OneLine {

	private OneLine() {
	}

	public static String of(String text) {
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
		return switch (Character.getType(character)) {
			case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.FORMAT -> true;
			default -> false;
		};
	}

}
