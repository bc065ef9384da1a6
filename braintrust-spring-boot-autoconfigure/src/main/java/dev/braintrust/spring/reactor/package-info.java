/**
 * Spans around reactive work: they last as long as a subscription, and Reactor's context
 * carries them.
 */
@NullMarked
package dev.braintrust.spring.reactor;

import org.jspecify.annotations.NullMarked;
