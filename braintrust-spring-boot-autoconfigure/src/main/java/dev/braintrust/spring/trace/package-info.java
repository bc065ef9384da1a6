/**
 * Settings to an isolated tracer: context, spans, propagation, conversations.
 */
@NullMarked
package dev.braintrust.spring.trace;

import org.jspecify.annotations.NullMarked;
