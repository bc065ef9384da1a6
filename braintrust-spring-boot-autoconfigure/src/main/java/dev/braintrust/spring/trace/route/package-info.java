/**
 * Where the spans inside the rows of an experiment go, in place of the logs of their
 * project.
 */
@NullMarked
package dev.braintrust.spring.trace.route;

import org.jspecify.annotations.NullMarked;
