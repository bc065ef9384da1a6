/**
 * Uploads the bytes of attachments to Braintrust: what is accepted, what waits, what has
 * been uploaded already.
 */
@NullMarked
package dev.braintrust.spring.attachment;

import org.jspecify.annotations.NullMarked;
