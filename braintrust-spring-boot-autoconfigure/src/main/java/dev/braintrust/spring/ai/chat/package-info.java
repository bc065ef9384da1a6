/**
 * Traces Spring AI's {@code ChatClient} into a project: a task span around a call or a
 * stream, and below it a span for each call of the model and each execution of a tool.
 */
@NullMarked
package dev.braintrust.spring.ai.chat;

import org.jspecify.annotations.NullMarked;
