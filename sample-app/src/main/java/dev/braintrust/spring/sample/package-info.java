/**
 * The sample application. {@code desk} is the application itself, {@code demo} plays a
 * conversation, {@code report} shows the spans, and {@code offline} replaces the model
 * and Braintrust if there is no key.
 */
@NullMarked
package dev.braintrust.spring.sample;

import org.jspecify.annotations.NullMarked;
