/**
 * Plays a conversation at start, and checks what was traced of it.
 */
@NullMarked
package dev.braintrust.spring.sample.demo;

import org.jspecify.annotations.NullMarked;
