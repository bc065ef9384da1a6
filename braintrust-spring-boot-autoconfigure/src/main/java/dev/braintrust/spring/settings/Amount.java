package dev.braintrust.spring.settings;

/**
 * A number of things in words: one span, two spans.
 */
public final class Amount {

	private Amount() {
	}

	public static String of(long number, String thing) {
		return number + " " + thing + ((number == 1) ? "" : "s");
	}

}
