package dev.braintrust.spring.eval;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * A parameter of an {@link Eval}.
 *
 * @param name the name of the parameter
 * @param defaultValue its value if an experiment gives no other, any JSON
 * @param description what it is for, or {@code null}
 */
public record EvalParameter(String name, @Nullable Object defaultValue, @Nullable String description) {

	public EvalParameter {
		Assert.hasText(name, "'name' must not be empty");
	}

	/**
	 * Create a parameter.
	 * @param name the name of the parameter
	 * @param defaultValue its value if an experiment gives no other
	 * @return the parameter
	 */
	public static EvalParameter of(String name, @Nullable Object defaultValue) {
		return new EvalParameter(name, defaultValue, null);
	}

	/**
	 * The same parameter with a description.
	 * @param description what it is for, for people
	 * @return a new parameter
	 */
	public EvalParameter description(String description) {
		return new EvalParameter(this.name, this.defaultValue, description);
	}

}
