/**
 * Plays a conversation at startup and checks its traces.
 */
@NullMarked
package dev.braintrust.spring.sample.demo;

import org.jspecify.annotations.NullMarked;
