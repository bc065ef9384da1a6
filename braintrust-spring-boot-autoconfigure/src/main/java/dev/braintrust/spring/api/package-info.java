/**
 * Braintrust's HTTP API: the clients, and what the keys of the projects give access to.
 */
@NullMarked
package dev.braintrust.spring.api;

import org.jspecify.annotations.NullMarked;
