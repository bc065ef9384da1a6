package dev.braintrust.spring.autoconfigure.properties;

import org.jspecify.annotations.Nullable;

/**
 * The environment that spans come from, {@code environment.*}.
 *
 * @param type Type of the environment that spans come from: 'ci', 'server', 'local' or
 * another word. Use 'none' to record no environment. Falls back to the environment
 * variable BRAINTRUST_ENVIRONMENT_TYPE, then to the nearest '.env.braintrust' file, then
 * to the variables of the process.
 * @param name Name of the environment that spans come from, such as 'kubernetes' or
 * 'staging'. Falls back to the environment variable BRAINTRUST_ENVIRONMENT_NAME, then to
 * the nearest '.env.braintrust' file, then to the variables of the process.
 */
public record OriginProperties(@Nullable String type, @Nullable String name) {

	static final OriginProperties UNSET = new OriginProperties(null, null);

}
