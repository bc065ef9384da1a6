/**
 * Values of other libraries that JSON of their own kind can write.
 */
@NullMarked
package dev.braintrust.spring.content.library;

import org.jspecify.annotations.NullMarked;
