/**
 * Writes and splits OTLP messages, and reads the rejected spans from an answer.
 */
@NullMarked
package dev.braintrust.spring.export.otlp;

import org.jspecify.annotations.NullMarked;
