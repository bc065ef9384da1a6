/**
 * What a span carries between its start and the sending: values are captured on the
 * thread of the caller, at the price of a reference, and written as JSON by the export
 * worker.
 */
@NullMarked
package dev.braintrust.spring.content;

import org.jspecify.annotations.NullMarked;
