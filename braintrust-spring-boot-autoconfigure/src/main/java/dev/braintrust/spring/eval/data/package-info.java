/**
 * The cases of an experiment, and where they come from.
 */
@NullMarked
package dev.braintrust.spring.eval.data;

import org.jspecify.annotations.NullMarked;
