/**
 * What scores the rows of an experiment: what a scorer is given, what it gives, and the
 * scorers that need no model.
 */
@NullMarked
package dev.braintrust.spring.eval.score;

import org.jspecify.annotations.NullMarked;
