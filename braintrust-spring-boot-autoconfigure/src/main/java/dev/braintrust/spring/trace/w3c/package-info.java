/**
 * The headers that carry a trace, and the context that OpenTelemetry's own code receives.
 */
@NullMarked
package dev.braintrust.spring.trace.w3c;

import org.jspecify.annotations.NullMarked;
