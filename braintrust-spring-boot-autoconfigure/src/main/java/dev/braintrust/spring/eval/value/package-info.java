/**
 * Conversion of values to JSON and their comparison. The scorers of {@code eval.score}
 * are built on it.
 */
@NullMarked
package dev.braintrust.spring.eval.value;

import org.jspecify.annotations.NullMarked;
