/**
 * Tells users about their mistakes: failure analyzers, and reports at startup.
 */
@NullMarked
package dev.braintrust.spring.autoconfigure.diagnostics;

import org.jspecify.annotations.NullMarked;
