/**
 * The content of a span between its start and its export: the caller's thread captures
 * values by reference, and a thread of the export writes them as JSON.
 */
@NullMarked
package dev.braintrust.spring.content;

import org.jspecify.annotations.NullMarked;
