/**
 * Keeps the trace context of a conversation in two columns of a JPA entity.
 */
@NullMarked
package dev.braintrust.spring.jpa;

import org.jspecify.annotations.NullMarked;
