/**
 * Traces clients of providers' SDKs: an HTTP exchange with a provider becomes an
 * {@code llm} span.
 */
@NullMarked
package dev.braintrust.spring.ai.http;

import org.jspecify.annotations.NullMarked;
