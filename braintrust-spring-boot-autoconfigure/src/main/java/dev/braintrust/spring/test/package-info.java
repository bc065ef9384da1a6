/**
 * Support for tests of applications: a recorder that replaces the export, and assertions
 * for the recorded spans. Only tests use this package.
 */
@NullMarked
package dev.braintrust.spring.test;

import org.jspecify.annotations.NullMarked;
