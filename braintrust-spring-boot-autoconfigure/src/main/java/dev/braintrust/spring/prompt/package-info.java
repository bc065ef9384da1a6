/**
 * The API to use prompts that are managed in Braintrust.
 */
@NullMarked
package dev.braintrust.spring.prompt;

import org.jspecify.annotations.NullMarked;
