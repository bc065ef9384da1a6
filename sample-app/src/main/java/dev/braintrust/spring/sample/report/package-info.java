/**
 * The collected spans as trees, in the terminal.
 */
@NullMarked
package dev.braintrust.spring.sample.report;

import org.jspecify.annotations.NullMarked;
