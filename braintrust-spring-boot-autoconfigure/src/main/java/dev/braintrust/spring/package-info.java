/**
 * What users type: the annotation, the registry, and the tracer of a project with its
 * spans.
 */
@NullMarked
package dev.braintrust.spring;

import org.jspecify.annotations.NullMarked;
