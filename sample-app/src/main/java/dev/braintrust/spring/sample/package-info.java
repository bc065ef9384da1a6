/**
 * The sample application. {@code desk} is what an application writes; {@code demo} plays
 * a conversation, {@code report} shows the spans, and {@code offline} stands in for the
 * model and for Braintrust where there is no key.
 */
@NullMarked
package dev.braintrust.spring.sample;

import org.jspecify.annotations.NullMarked;
