package dev.braintrust.spring.eval.score;

/**
 * The tokens of model calls, as reported by the models.
 *
 * @param calls the number of calls
 * @param promptTokens the number of prompt tokens
 * @param completionTokens the number of completion tokens
 * @see RowTrace#usage()
 */
public record TokenUsage(long calls, long promptTokens, long completionTokens) {

	/**
	 * No calls and no tokens.
	 */
	public static final TokenUsage NONE = new TokenUsage(0, 0, 0);

	/**
	 * The number of all tokens.
	 * @return the sum
	 */
	public long tokens() {
		return this.promptTokens + this.completionTokens;
	}

	/**
	 * Add other tokens to these.
	 * @param other the other tokens
	 * @return the sum
	 */
	public TokenUsage plus(TokenUsage other) {
		return new TokenUsage(this.calls + other.calls, this.promptTokens + other.promptTokens,
				this.completionTokens + other.completionTokens);
	}

}
