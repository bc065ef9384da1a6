/**
 * Remote evaluations: the endpoint that Braintrust's playground calls. The protocol is
 * independent of the web framework; there is one adapter for servlets and one for
 * reactive servers.
 */
@NullMarked
package dev.braintrust.spring.eval.remote;

import org.jspecify.annotations.NullMarked;
