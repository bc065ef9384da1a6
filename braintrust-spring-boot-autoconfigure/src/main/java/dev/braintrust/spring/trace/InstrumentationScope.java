package dev.braintrust.spring.trace;

import org.jspecify.annotations.Nullable;

/**
 * What makes spans, in the terms of OpenTelemetry.
 *
 * @param name its name
 * @param version its version, if known
 * @param schemaUrl the schema of its telemetry, if known
 */
record InstrumentationScope(String name, @Nullable String version, @Nullable String schemaUrl) {

}
