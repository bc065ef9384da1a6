/**
 * Baselines of experiments, and the comparison of scores with them.
 */
@NullMarked
package dev.braintrust.spring.eval.compare;

import org.jspecify.annotations.NullMarked;
