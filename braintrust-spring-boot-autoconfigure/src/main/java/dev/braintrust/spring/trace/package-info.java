/**
 * Turns settings into an isolated tracer: contexts, spans, propagation, conversations.
 */
@NullMarked
package dev.braintrust.spring.trace;

import org.jspecify.annotations.NullMarked;
