/**
 * Spans around reactive work: they live as long as a subscription, and are carried by
 * Reactor's context.
 */
@NullMarked
package dev.braintrust.spring.reactor;

import org.jspecify.annotations.NullMarked;
