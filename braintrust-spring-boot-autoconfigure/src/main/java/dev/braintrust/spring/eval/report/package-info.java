/**
 * Shows the results of experiments.
 */
@NullMarked
package dev.braintrust.spring.eval.report;

import org.jspecify.annotations.NullMarked;
