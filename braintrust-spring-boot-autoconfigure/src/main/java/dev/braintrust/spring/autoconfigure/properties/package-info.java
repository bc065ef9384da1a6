/**
 * Properties to settings: binding, fallbacks, validation.
 */
@NullMarked
package dev.braintrust.spring.autoconfigure.properties;

import org.jspecify.annotations.NullMarked;
