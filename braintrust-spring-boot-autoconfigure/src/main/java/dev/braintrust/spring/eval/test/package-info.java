/**
 * Support for experiments in tests: assertions, a JUnit test for each row, cases from
 * recorded traces, and evaluations without Spring.
 */
@NullMarked
package dev.braintrust.spring.eval.test;

import org.jspecify.annotations.NullMarked;
