package dev.braintrust.spring.eval;

import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * A parameter of an {@link Eval}, such as a temperature that you want to try.
 *
 * <pre class="code">
 * EvalParameter.of("temperature", 0.2).description("of the answer")
 * </pre>
 *
 * @param name the name of the parameter
 * @param type the kind of field that a playground shows for it
 * @param defaultValue the value if an experiment does not set another one, any JSON
 * @param description its purpose, or {@code null}
 */
public record EvalParameter(String name, Type type, @Nullable Object defaultValue, @Nullable String description) {

	public EvalParameter {
		Assert.hasText(name, "'name' must not be empty");
		Assert.notNull(type, "'type' must not be null");
	}

	/**
	 * Create a parameter.
	 * @param name the name of the parameter
	 * @param defaultValue the value if an experiment does not set another one
	 * @return the parameter
	 */
	public static EvalParameter of(String name, @Nullable Object defaultValue) {
		return new EvalParameter(name, Type.DATA, defaultValue, null);
	}

	/**
	 * Create a parameter whose value is the name of a model. A playground shows a list of
	 * its models.
	 * @param name the name of the parameter
	 * @param defaultModel the value if an experiment does not set another one, such as
	 * {@code gpt-5-mini}
	 * @return the parameter
	 */
	public static EvalParameter model(String name, @Nullable String defaultModel) {
		return new EvalParameter(name, Type.MODEL, defaultModel, null);
	}

	/**
	 * Create a parameter whose value is a prompt: a map with {@code prompt} and
	 * {@code options}, as in {@code prompt_data} of Braintrust's API. A playground shows
	 * a prompt editor.
	 * @param name the name of the parameter
	 * @param defaultPrompt the value if an experiment does not set another one, such as
	 * {@code Map.of("prompt", Map.of("type", "chat", "messages", messages))}
	 * @return the parameter
	 */
	public static EvalParameter prompt(String name, @Nullable Map<String, ?> defaultPrompt) {
		return new EvalParameter(name, Type.PROMPT, defaultPrompt, null);
	}

	/**
	 * Return the same parameter with a description.
	 * @param description its purpose, for people
	 * @return a new parameter
	 */
	public EvalParameter description(String description) {
		return new EvalParameter(this.name, this.type, this.defaultValue, description);
	}

	/**
	 * The kind of field that a playground shows for a parameter.
	 */
	public enum Type {

		/**
		 * A field for text, a number, a boolean or any JSON, depending on the default
		 * value.
		 */
		DATA,

		/**
		 * A list of models.
		 */
		MODEL,

		/**
		 * A prompt editor.
		 */
		PROMPT

	}

}
