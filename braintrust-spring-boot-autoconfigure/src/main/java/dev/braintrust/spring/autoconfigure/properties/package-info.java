/**
 * Turns properties into settings: binding, fallbacks and validation.
 */
@NullMarked
package dev.braintrust.spring.autoconfigure.properties;

import org.jspecify.annotations.NullMarked;
