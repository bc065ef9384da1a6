/**
 * Experiments in tests: assertions, a test for each row, and evaluations without Spring.
 */
@NullMarked
package dev.braintrust.spring.eval.test;

import org.jspecify.annotations.NullMarked;
