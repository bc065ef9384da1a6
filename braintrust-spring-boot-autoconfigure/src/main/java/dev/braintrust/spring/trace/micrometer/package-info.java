/**
 * Carries the current project spans along with Micrometer's contexts: to other threads,
 * and through the scopes of observations.
 */
@NullMarked
package dev.braintrust.spring.trace.micrometer;

import org.jspecify.annotations.NullMarked;
