package dev.braintrust.spring.eval.score;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;
import org.springframework.util.NumberUtils;

/**
 * The parameters of an experiment, such as a temperature that you want to try. All its
 * rows have the same parameters.
 *
 * <pre class="code">
 * double temperature = row.parameters().get("temperature", Double.class);
 * </pre>
 */
public final class EvalParameters {

	private final Map<String, @Nullable Object> values;

	private EvalParameters(Map<String, @Nullable Object> values) {
		this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
	}

	/**
	 * Create parameters.
	 * @param values the values by their names
	 * @return the parameters
	 */
	public static EvalParameters of(Map<String, ? extends @Nullable Object> values) {
		return new EvalParameters(new LinkedHashMap<>(values));
	}

	/**
	 * Return a parameter.
	 * @param name its name
	 * @param type its type; a number is converted to another number type that can hold it
	 * @param <T> the type
	 * @return the value
	 * @throws IllegalArgumentException if there is no such parameter, or it has another
	 * type
	 */
	public <T> T get(String name, Class<T> type) {
		Object value = this.values.get(name);
		Assert.isTrue(value != null, () -> "The experiment has no parameter '" + name + "'. It has: "
				+ String.join(", ", this.values.keySet()));
		T converted = convert(value, type);
		Assert.isTrue(converted != null, () -> "The parameter '" + name + "' is a " + value.getClass().getName()
				+ " and not a " + type.getName());
		return converted;
	}

	/**
	 * Return a parameter, or a fallback if the experiment does not have the parameter.
	 * @param name the name of the parameter
	 * @param type its type
	 * @param fallback the value if the parameter is absent
	 * @param <T> the type
	 * @return the value
	 * @throws IllegalArgumentException if the parameter has another type
	 */
	public <T> T get(String name, Class<T> type, T fallback) {
		return (this.values.get(name) != null) ? get(name, type) : fallback;
	}

	@SuppressWarnings("unchecked")
	private static <T> @Nullable T convert(Object value, Class<T> type) {
		Class<?> boxed = ClassUtils.resolvePrimitiveIfNecessary(type);
		if (boxed.isInstance(value)) {
			return (T) value;
		}
		return (value instanceof Number number && Number.class.isAssignableFrom(boxed))
				? (T) NumberUtils.convertNumberToTargetClass(number, boxed.asSubclass(Number.class)) : null;
	}

	/**
	 * All parameters.
	 * @return the values by their names, in the order in which they were given
	 */
	public Map<String, @Nullable Object> asMap() {
		return this.values;
	}

	@Override
	public String toString() {
		return "EvalParameters" + this.values.keySet();
	}

}
