/**
 * Loads prompts from Braintrust, from a cache in memory, or from a fallback file.
 */
@NullMarked
package dev.braintrust.spring.prompt.load;

import org.jspecify.annotations.NullMarked;
