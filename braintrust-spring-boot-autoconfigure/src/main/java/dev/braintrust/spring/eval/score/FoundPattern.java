package dev.braintrust.spring.eval.score;

import java.util.List;
import java.util.regex.Pattern;

import dev.braintrust.spring.eval.value.JsonValues;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Scores 1 if a regular expression is found in the output.
 *
 * @param pattern the expression, or {@code null} to use the expected output
 */
record FoundPattern(JsonValues json, @Nullable Pattern pattern) implements Scorer<Object, Object, Object> {

	@Override
	public String name() {
		return "regex";
	}

	@Override
	public List<Score> score(Scoring<?, ?, ?> it) {
		Pattern pattern = (this.pattern != null) ? this.pattern : Pattern.compile(this.json.text(it.expectedOrFail()));
		Object output = it.output();
		boolean found = output != null && pattern.matcher(new Interruptible(this.json.text(output))).find();
		return List.of(Score.of(found ? 1 : 0));
	}

	/**
	 * A text that stops a search if the thread is interrupted, because some expressions
	 * practically never end.
	 */
	private record Interruptible(CharSequence text) implements CharSequence {

		@Override
		public int length() {
			return this.text.length();
		}

		@Override
		public char charAt(int index) {
			Assert.state(!Thread.currentThread().isInterrupted(), "The search was interrupted");
			return this.text.charAt(index);
		}

		@Override
		public CharSequence subSequence(int start, int end) {
			return new Interruptible(this.text.subSequence(start, end));
		}

		@Override
		public String toString() {
			return this.text.toString();
		}

	}

}
