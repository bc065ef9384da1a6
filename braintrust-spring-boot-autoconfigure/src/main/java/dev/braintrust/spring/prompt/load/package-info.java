/**
 * Where prompts come from: Braintrust, what was read from there, or a file.
 */
@NullMarked
package dev.braintrust.spring.prompt.load;

import org.jspecify.annotations.NullMarked;
