/**
 * The beans: the registry of the projects, the tracers of each project, and the
 * post-processors that trace clients.
 */
@NullMarked
package dev.braintrust.spring.autoconfigure;

import org.jspecify.annotations.NullMarked;
