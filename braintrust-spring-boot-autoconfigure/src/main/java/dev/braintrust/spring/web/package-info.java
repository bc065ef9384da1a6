/**
 * Carries the context of a project over HTTP: to calls that the application chooses, and
 * from callers that the application trusts. The application creates these filters and
 * interceptors itself.
 */
@NullMarked
package dev.braintrust.spring.web;

import org.jspecify.annotations.NullMarked;
