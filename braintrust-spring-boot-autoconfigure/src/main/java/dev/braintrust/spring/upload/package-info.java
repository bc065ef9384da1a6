/**
 * Attachments to storage: what is accepted, what waits, what has been sent.
 */
@NullMarked
package dev.braintrust.spring.upload;

import org.jspecify.annotations.NullMarked;
