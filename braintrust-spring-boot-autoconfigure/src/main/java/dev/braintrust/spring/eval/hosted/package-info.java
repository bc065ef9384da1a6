/**
 * The scorers that a project has in Braintrust: how they are found and called.
 */
@NullMarked
package dev.braintrust.spring.eval.hosted;

import org.jspecify.annotations.NullMarked;
