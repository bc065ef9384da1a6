/**
 * What tests of applications use: a recorder in place of the export, and assertions of
 * what was recorded. Nothing here is used outside of tests.
 */
@NullMarked
package dev.braintrust.spring.test;

import org.jspecify.annotations.NullMarked;
