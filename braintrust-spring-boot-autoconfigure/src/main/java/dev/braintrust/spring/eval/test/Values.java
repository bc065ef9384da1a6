package dev.braintrust.spring.eval.test;

import org.jspecify.annotations.Nullable;

/**
 * Formats values of the application as one line of text.
 */
final class Values {

	static final int LONG = 500;

	private Values() {
	}

	static String excerpt(@Nullable Object value, int longest) {
		String text;
		try {
			text = String.valueOf(value);
		}
		catch (Throwable ex) {
			text = "a " + ((value != null) ? value.getClass().getName() : "value") + " that cannot be shown";
		}
		String line = text.codePoints()
			.map((c) -> (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) ? ' ' : c)
			.limit(longest + 1L)
			.collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
			.toString()
			.strip();
		return (line.codePointCount(0, line.length()) <= longest) ? line
				: line.substring(0, line.offsetByCodePoints(0, longest)) + "…";
	}

}
