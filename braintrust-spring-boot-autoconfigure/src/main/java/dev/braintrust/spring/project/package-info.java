/**
 * Turns settings into isolated tracers, and registers them as beans.
 */
@NullMarked
package dev.braintrust.spring.project;

import org.jspecify.annotations.NullMarked;
