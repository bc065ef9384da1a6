/**
 * The support desk itself: two agents, the conversation, and the job that answers a
 * message.
 */
@NullMarked
package dev.braintrust.spring.sample.desk;

import org.jspecify.annotations.NullMarked;
