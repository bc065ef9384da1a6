/**
 * The content of a span between its start and its export: the caller's thread captures
 * values by reference, and the export worker writes them as JSON.
 */
@NullMarked
package dev.braintrust.spring.content;

import org.jspecify.annotations.NullMarked;
