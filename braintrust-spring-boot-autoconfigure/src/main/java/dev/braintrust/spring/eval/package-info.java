/**
 * Experiments: cases, a task and scorers, run by an application or its tests. No class of
 * this package is loaded before an experiment is used.
 */
@NullMarked
package dev.braintrust.spring.eval;

import org.jspecify.annotations.NullMarked;
