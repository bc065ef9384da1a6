/**
 * Remote evaluations: what Braintrust's playground asks an application for. The protocol
 * knows no web framework; an adapter for servlets and one for reactive servers do.
 */
@NullMarked
package dev.braintrust.spring.eval.remote;

import org.jspecify.annotations.NullMarked;
