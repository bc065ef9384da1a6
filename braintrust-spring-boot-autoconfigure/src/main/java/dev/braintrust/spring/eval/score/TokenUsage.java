package dev.braintrust.spring.eval.score;

/**
 * The tokens of model calls, as the models reported them.
 *
 * @param calls how many calls there were
 * @param promptTokens how many tokens went in
 * @param completionTokens how many tokens came out
 * @see RowTrace#usage()
 */
public record TokenUsage(long calls, long promptTokens, long completionTokens) {

	/**
	 * No calls and no tokens.
	 */
	public static final TokenUsage NONE = new TokenUsage(0, 0, 0);

	/**
	 * All tokens together.
	 * @return the sum
	 */
	public long tokens() {
		return this.promptTokens + this.completionTokens;
	}

	/**
	 * These tokens and others.
	 * @param other the others
	 * @return the sum
	 */
	public TokenUsage plus(TokenUsage other) {
		return new TokenUsage(this.calls + other.calls, this.promptTokens + other.promptTokens,
				this.completionTokens + other.completionTokens);
	}

}
