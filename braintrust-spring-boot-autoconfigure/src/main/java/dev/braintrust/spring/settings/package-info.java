/**
 * The settings of a project: values that are resolved and valid.
 */
@NullMarked
package dev.braintrust.spring.settings;

import org.jspecify.annotations.NullMarked;
