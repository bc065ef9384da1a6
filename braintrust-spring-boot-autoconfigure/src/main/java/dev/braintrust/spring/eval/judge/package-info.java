/**
 * The prompts for judges, and the verdicts that are read from their answers.
 * {@code Judge} in {@code eval.score} calls the model and turns the verdict into a score.
 */
@NullMarked
package dev.braintrust.spring.eval.judge;

import org.jspecify.annotations.NullMarked;
