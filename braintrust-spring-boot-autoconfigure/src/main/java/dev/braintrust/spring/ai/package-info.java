/**
 * Shared by the tracing of chat clients and of Spring AI's other models.
 */
@NullMarked
package dev.braintrust.spring.ai;

import org.jspecify.annotations.NullMarked;
