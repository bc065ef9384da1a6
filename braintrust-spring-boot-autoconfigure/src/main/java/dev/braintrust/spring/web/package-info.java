/**
 * Carries the context of a project over HTTP, on the calls that the application chooses,
 * and takes it from the callers that the application trusts. Nothing of it is there
 * unless the application makes it.
 */
@NullMarked
package dev.braintrust.spring.web;

import org.jspecify.annotations.NullMarked;
