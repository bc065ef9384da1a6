/**
 * Guards calls against failures of their observation. If libraries are incompatible, it
 * switches a project off and logs the reason.
 */
@NullMarked
package dev.braintrust.spring.linkage;

import org.jspecify.annotations.NullMarked;
