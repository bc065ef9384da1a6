package dev.braintrust.spring.eval;

import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * A parameter of an {@link Eval}, such as a temperature that you try.
 *
 * <pre class="code">
 * EvalParameter.of("temperature", 0.2).description("of the answer")
 * </pre>
 *
 * @param name the name of the parameter
 * @param type what a playground shows to choose its value
 * @param defaultValue its value if an experiment gives no other, any JSON
 * @param description what it is for, or {@code null}
 */
public record EvalParameter(String name, Type type, @Nullable Object defaultValue, @Nullable String description) {

	public EvalParameter {
		Assert.hasText(name, "'name' must not be empty");
		Assert.notNull(type, "'type' must not be null");
	}

	/**
	 * Create a parameter.
	 * @param name the name of the parameter
	 * @param defaultValue its value if an experiment gives no other
	 * @return the parameter
	 */
	public static EvalParameter of(String name, @Nullable Object defaultValue) {
		return new EvalParameter(name, Type.DATA, defaultValue, null);
	}

	/**
	 * Create a parameter whose value is the name of a model, a text. A playground shows
	 * its list of models.
	 * @param name the name of the parameter
	 * @param defaultModel its value if an experiment gives no other, such as
	 * {@code gpt-5-mini}
	 * @return the parameter
	 */
	public static EvalParameter model(String name, @Nullable String defaultModel) {
		return new EvalParameter(name, Type.MODEL, defaultModel, null);
	}

	/**
	 * Create a parameter whose value is a prompt: a map as Braintrust's API has it in
	 * {@code prompt_data}, with {@code prompt} and {@code options}. A playground shows
	 * its editor of prompts.
	 * @param name the name of the parameter
	 * @param defaultPrompt its value if an experiment gives no other, such as
	 * {@code Map.of("prompt", Map.of("type", "chat", "messages", messages))}
	 * @return the parameter
	 */
	public static EvalParameter prompt(String name, @Nullable Map<String, ?> defaultPrompt) {
		return new EvalParameter(name, Type.PROMPT, defaultPrompt, null);
	}

	/**
	 * The same parameter with a description.
	 * @param description what it is for, for people
	 * @return a new parameter
	 */
	public EvalParameter description(String description) {
		return new EvalParameter(this.name, this.type, this.defaultValue, description);
	}

	/**
	 * What a playground shows to choose the value of a parameter.
	 */
	public enum Type {

		/**
		 * A field for text, a number, a boolean or any JSON, by the default value.
		 */
		DATA,

		/**
		 * A list of models.
		 */
		MODEL,

		/**
		 * An editor of prompts.
		 */
		PROMPT

	}

}
