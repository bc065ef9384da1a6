/**
 * The headers that a trace travels in, and the context that OpenTelemetry's own code is
 * handed.
 */
@NullMarked
package dev.braintrust.spring.trace.w3c;

import org.jspecify.annotations.NullMarked;
