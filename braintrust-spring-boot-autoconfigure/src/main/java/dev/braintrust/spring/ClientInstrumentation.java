package dev.braintrust.spring;

import org.jspecify.annotations.Nullable;

/**
 * Traces one kind of client into a project. The beans of this type are what
 * {@link BraintrustProjects#instrument(String, Object)} asks, in their order. The starter
 * brings one for Spring AI's {@code ChatClient} and {@code ChatClient.Builder} where
 * Spring AI is on the class path; an application may add its own for clients of other
 * libraries. May be called from any thread.
 */
@FunctionalInterface
public interface ClientInstrumentation {

	/**
	 * Trace a client. One that is traced already moves to the given project, and one that
	 * is traced into that project, under that name, stays as it is.
	 * @param client the client
	 * @param key the key of the project, which is declared
	 * @param tracer the tracer of the project
	 * @param name the name of the span around each use of the client, or {@code null} to
	 * keep the one that the client has or, where it has none, to take the key
	 * @return a client of the same kind that does the same, or {@code null} where the
	 * client is of a kind that is not known here
	 */
	@Nullable Object instrument(Object client, String key, ProjectTracer tracer, @Nullable String name);

}
