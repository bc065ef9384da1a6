/**
 * Scorers of experiments: the row that a scorer gets, the scores that it returns, and the
 * scorers of the starter.
 */
@NullMarked
package dev.braintrust.spring.eval.score;

import org.jspecify.annotations.NullMarked;
