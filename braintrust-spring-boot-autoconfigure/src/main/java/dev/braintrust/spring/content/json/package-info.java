/**
 * Any object as JSON, without loading, looping or throwing.
 */
@NullMarked
package dev.braintrust.spring.content.json;

import org.jspecify.annotations.NullMarked;
