/**
 * Runs experiments: rows on threads, with trials, time limits, retries and early
 * termination.
 */
@NullMarked
package dev.braintrust.spring.eval.run;

import org.jspecify.annotations.NullMarked;
