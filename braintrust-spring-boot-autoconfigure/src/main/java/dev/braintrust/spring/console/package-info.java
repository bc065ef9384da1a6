/**
 * Shows on the machine of a developer what projects record: it sees the spans beside
 * their export, keeps them in memory, and serves them to a browser.
 */
@NullMarked
package dev.braintrust.spring.console;

import org.jspecify.annotations.NullMarked;
