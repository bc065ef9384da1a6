/**
 * Asks Braintrust, once after startup, what the API keys of the projects give access to.
 */
@NullMarked
package dev.braintrust.spring.access;

import org.jspecify.annotations.NullMarked;
