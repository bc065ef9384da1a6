package dev.braintrust.spring.chat;

import dev.braintrust.spring.ProjectTracer;

/**
 * How a client is traced.
 *
 * @param tracer the tracer of the project
 * @param agent the name of the task span around each use of the client
 */
record ChatTracing(ProjectTracer tracer, String agent) {
}
