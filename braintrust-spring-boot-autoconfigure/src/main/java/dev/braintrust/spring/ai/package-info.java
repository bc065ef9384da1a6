/**
 * What tracing of a chat client and of other models of Spring AI share.
 */
@NullMarked
package dev.braintrust.spring.ai;

import org.jspecify.annotations.NullMarked;
