/**
 * Queues the ended spans of all projects and sends them to Braintrust: batches, retries,
 * flush.
 */
@NullMarked
package dev.braintrust.spring.export;

import org.jspecify.annotations.NullMarked;
