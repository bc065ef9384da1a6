/**
 * Traces Spring AI's {@code ChatClient} into a project: a task span for a call or a
 * stream, and below it one span for each model call and each tool execution.
 */
@NullMarked
package dev.braintrust.spring.ai.chat;

import org.jspecify.annotations.NullMarked;
