package dev.braintrust.spring.autoconfigure.properties;

import org.jspecify.annotations.Nullable;

/**
 * Where spans are said to come from, {@code environment.*}.
 */
public class OriginProperties {

	/**
	 * Type of the environment that spans come from: 'ci', 'server', 'local' or another
	 * word. Use 'none' to record no environment. Falls back to the environment variable
	 * BRAINTRUST_ENVIRONMENT_TYPE, then to the nearest '.env.braintrust' file, then to
	 * the variables of the process.
	 */
	private @Nullable String type;

	/**
	 * Name of the environment that spans come from, such as 'kubernetes' or 'staging'.
	 * Falls back to the environment variable BRAINTRUST_ENVIRONMENT_NAME, then to the
	 * nearest '.env.braintrust' file, then to the variables of the process.
	 */
	private @Nullable String name;

	public @Nullable String getType() {
		return this.type;
	}

	public void setType(@Nullable String type) {
		this.type = type;
	}

	public @Nullable String getName() {
		return this.name;
	}

	public void setName(@Nullable String name) {
		this.name = name;
	}

}
