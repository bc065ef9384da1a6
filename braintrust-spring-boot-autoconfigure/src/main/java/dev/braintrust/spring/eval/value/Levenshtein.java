package dev.braintrust.spring.eval.value;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

import org.springframework.util.Assert;

/**
 * Computes the similarity of two texts from the number of characters to insert, delete or
 * replace. Characters are code points.
 * <p>
 * 64 rows of the distance table are computed in parallel as the bits of a word (Myers
 * 1999, Hyyr&ouml; 2003), so two texts of 100,000 characters take about a second and less
 * than a megabyte.
 */
public final class Levenshtein {

	/**
	 * The maximum number of compared pairs of characters.
	 */
	public static final long MAX_CELLS = 100_000_000_000L;

	private Levenshtein() {
	}

	public static double similarity(String one, String other) {
		int[] from = one.codePoints().toArray();
		int[] to = other.codePoints().toArray();
		int longest = Math.max(from.length, to.length);
		Assert.state((long) from.length * to.length <= MAX_CELLS,
				() -> "Texts of " + from.length + " and " + to.length + " characters are too long for levenshtein. "
						+ "It compares two of 300,000 characters, and longer ones with shorter ones.");
		return (longest == 0) ? 1 : 1 - (double) distance(from, to) / longest;
	}

	private static int distance(int[] from, int[] to) {
		if (from.length == 0) {
			return to.length;
		}
		Map<Integer, Integer> known = new HashMap<>();
		int[] rows = numbered(from, known);
		int[] columns = numbered(to, known);
		// The differences between neighboring columns in the last row of the block above:
		// 1, 0 or -1.
		byte[] changes = new byte[to.length];
		Arrays.fill(changes, (byte) 1);
		long[] matches = new long[known.size()];
		int distance = to.length;
		for (int start = 0; start < rows.length; start += Long.SIZE) {
			Assert.state(!Thread.currentThread().isInterrupted(), "The comparison was interrupted");
			int end = Math.min(start + Long.SIZE, rows.length);
			for (int i = start; i < end; i++) {
				matches[rows[i]] |= 1L << (i - start);
			}
			distance = block(matches, columns, changes, 1L << (end - start - 1)) + end;
			for (int i = start; i < end; i++) {
				matches[rows[i]] = 0;
			}
		}
		return distance;
	}

	// Compute a block of rows and store the differences in its last row. Return
	// their sum.
	private static int block(long[] matches, int[] columns, byte[] changes, long last) {
		long plus = -1;
		long minus = 0;
		int sum = 0;
		for (int j = 0; j < columns.length; j++) {
			long match = matches[columns[j]];
			int above = changes[j];
			long vertical = match | minus;
			if (above < 0) {
				match |= 1;
			}
			long diagonal = (((match & plus) + plus) ^ plus) | match;
			long horizontalPlus = minus | ~(diagonal | plus);
			long horizontalMinus = plus & diagonal;
			int change = ((horizontalPlus & last) != 0) ? 1 : ((horizontalMinus & last) != 0) ? -1 : 0;
			horizontalPlus = (horizontalPlus << 1) | ((above > 0) ? 1 : 0);
			horizontalMinus = (horizontalMinus << 1) | ((above < 0) ? 1 : 0);
			plus = horizontalMinus | ~(vertical | horizontalPlus);
			minus = horizontalPlus & vertical;
			changes[j] = (byte) change;
			sum += change;
		}
		return sum;
	}

	private static int[] numbered(int[] characters, Map<Integer, Integer> known) {
		int[] numbers = new int[characters.length];
		for (int i = 0; i < numbers.length; i++) {
			Integer number = known.putIfAbsent(characters[i], known.size());
			numbers[i] = (number != null) ? number : known.size() - 1;
		}
		return numbers;
	}

}
