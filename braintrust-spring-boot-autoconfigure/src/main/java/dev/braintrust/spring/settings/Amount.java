package dev.braintrust.spring.settings;

/**
 * A number of things in words, such as 1 span or 2 spans.
 */
public final class Amount {

	private Amount() {
	}

	public static String of(long number, String thing) {
		return number + " " + thing + ((number == 1) ? "" : "s");
	}

}
