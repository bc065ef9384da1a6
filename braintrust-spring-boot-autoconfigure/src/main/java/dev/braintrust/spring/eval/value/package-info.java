/**
 * Values as JSON, and how they are compared. The scorers of {@code eval.score} make
 * scores of it.
 */
@NullMarked
package dev.braintrust.spring.eval.value;

import org.jspecify.annotations.NullMarked;
