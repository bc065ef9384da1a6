/**
 * The collected spans as trees, in the console and on a page.
 */
@NullMarked
package dev.braintrust.spring.sample.report;

import org.jspecify.annotations.NullMarked;
