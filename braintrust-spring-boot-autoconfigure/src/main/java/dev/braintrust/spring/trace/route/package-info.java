/**
 * Routes the spans inside the rows of an experiment to the experiment instead of the logs
 * of their project.
 */
@NullMarked
package dev.braintrust.spring.trace.route;

import org.jspecify.annotations.NullMarked;
