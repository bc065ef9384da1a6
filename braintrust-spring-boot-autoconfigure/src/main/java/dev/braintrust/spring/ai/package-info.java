/**
 * The parts that the tracing of chat clients and of Spring AI's other models share.
 */
@NullMarked
package dev.braintrust.spring.ai;

import org.jspecify.annotations.NullMarked;
