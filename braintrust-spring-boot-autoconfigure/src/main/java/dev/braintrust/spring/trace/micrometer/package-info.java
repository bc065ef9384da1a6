/**
 * Carries the current spans of projects where Micrometer carries contexts: to other
 * threads, and past the scopes of observations.
 */
@NullMarked
package dev.braintrust.spring.trace.micrometer;

import org.jspecify.annotations.NullMarked;
