/**
 * Takes the place of the application's beans without breaking an injection point.
 */
@NullMarked
package dev.braintrust.spring.bean;

import org.jspecify.annotations.NullMarked;
