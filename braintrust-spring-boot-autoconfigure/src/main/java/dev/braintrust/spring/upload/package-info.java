/**
 * Uploads attachments to Braintrust's storage while their spans wait.
 */
@NullMarked
package dev.braintrust.spring.upload;

import org.jspecify.annotations.NullMarked;
