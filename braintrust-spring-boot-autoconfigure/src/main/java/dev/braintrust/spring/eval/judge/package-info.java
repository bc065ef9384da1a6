/**
 * How a model judges: the text of the question, and the verdict that is read from the
 * answer. {@code Judge} of {@code eval.score} asks it, and makes a score of it.
 */
@NullMarked
package dev.braintrust.spring.eval.judge;

import org.jspecify.annotations.NullMarked;
