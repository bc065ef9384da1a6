/**
 * The settings of a project: resolved and valid values.
 */
@NullMarked
package dev.braintrust.spring.settings;

import org.jspecify.annotations.NullMarked;
