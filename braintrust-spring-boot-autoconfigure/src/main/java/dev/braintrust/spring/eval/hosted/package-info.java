/**
 * Looks up and calls the scorers of a project in Braintrust.
 */
@NullMarked
package dev.braintrust.spring.eval.hosted;

import org.jspecify.annotations.NullMarked;
