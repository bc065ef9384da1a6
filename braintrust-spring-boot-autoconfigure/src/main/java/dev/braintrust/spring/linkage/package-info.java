/**
 * Guards calls against failures of their observation, and switches a project off if
 * libraries are incompatible.
 */
@NullMarked
package dev.braintrust.spring.linkage;

import org.jspecify.annotations.NullMarked;
