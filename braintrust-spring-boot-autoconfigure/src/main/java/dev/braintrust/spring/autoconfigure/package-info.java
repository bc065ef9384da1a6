/**
 * Beans: the registry of the projects, the tracers of each, and the clients to trace.
 */
@NullMarked
package dev.braintrust.spring.autoconfigure;

import org.jspecify.annotations.NullMarked;
