package dev.braintrust.spring.api;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/**
 * Reads the header {@code Retry-After}: a number of seconds, or a date.
 *
 * @see <a href= "https://www.rfc-editor.org/rfc/rfc9110#field.retry-after">RFC 9110,
 * "Retry-After"</a>
 */
public final class RetryAfter {

	private static final int MAX_DIGITS = 9;

	private RetryAfter() {
	}

	// Read the header.
	public static Duration parse(String value, Clock clock) {
		String text = value.strip();
		if (!text.isEmpty() && text.chars().allMatch((c) -> c >= '0' && c <= '9')) {
			return Duration.ofSeconds((text.length() > MAX_DIGITS) ? Integer.MAX_VALUE : Integer.parseInt(text));
		}
		try {
			Duration wait = Duration.between(clock.instant(),
					ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME));
			return wait.isNegative() ? Duration.ZERO : wait;
		}
		catch (DateTimeException | ArithmeticException ex) {
			return Duration.ZERO;
		}
	}

}
