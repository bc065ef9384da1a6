/**
 * The cases of an experiment and their sources: code, files and Braintrust.
 */
@NullMarked
package dev.braintrust.spring.eval.data;

import org.jspecify.annotations.NullMarked;
