/**
 * The messages of OTLP: written, taken apart, and read as far as an answer says anything.
 */
@NullMarked
package dev.braintrust.spring.export.otlp;

import org.jspecify.annotations.NullMarked;
