/**
 * Reports of experiments: text, HTML page, JSON and Markdown, and the progress of a run.
 */
@NullMarked
package dev.braintrust.spring.eval.report;

import org.jspecify.annotations.NullMarked;
