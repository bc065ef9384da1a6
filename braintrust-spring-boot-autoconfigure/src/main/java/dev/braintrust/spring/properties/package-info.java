/**
 * What the user wrote: binding, fallbacks, validation, and the resolved settings of each
 * project.
 */
@NullMarked
package dev.braintrust.spring.properties;

import org.jspecify.annotations.NullMarked;
