/**
 * Shows the recorded spans in a browser on the developer's machine. It sees the spans on
 * their way to the export and keeps them in memory.
 */
@NullMarked
package dev.braintrust.spring.console;

import org.jspecify.annotations.NullMarked;
