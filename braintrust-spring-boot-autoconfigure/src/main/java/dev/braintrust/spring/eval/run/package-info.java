/**
 * Runs experiments: rows on threads, with trials, time-outs, retries and an early end.
 */
@NullMarked
package dev.braintrust.spring.eval.run;

import org.jspecify.annotations.NullMarked;
