/**
 * The API of tracing: the annotation, the registry, the tracer of a project with its
 * spans, attachments and filters.
 */
@NullMarked
package dev.braintrust.spring;

import org.jspecify.annotations.NullMarked;
