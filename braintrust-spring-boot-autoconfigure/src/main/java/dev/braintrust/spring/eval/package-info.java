/**
 * Experiments: cases, a task and scorers, run by the code of an application and of its
 * tests. Nothing here is loaded before somebody asks for it.
 */
@NullMarked
package dev.braintrust.spring.eval;

import org.jspecify.annotations.NullMarked;
