package dev.braintrust.spring;

import org.jspecify.annotations.Nullable;

/**
 * Traces one kind of client into a project, for
 * {@link BraintrustProjects#instrument(String, Object)}. The starter brings
 * instrumentations for Spring AI's {@code ChatClient} and {@code ChatClient.Builder}, and
 * for the clients of OpenAI's and Anthropic's SDKs. Declare a bean for clients of another
 * library:
 *
 * <pre class="code">
 * &#64;Bean
 * ClientInstrumentation searchClients() {
 * 	return (client, key, tracer, name) -&gt; (client instanceof SearchClient search)
 * 			? new TracedSearchClient(search, tracer) : null;
 * }
 * </pre>
 *
 * The beans are called in their order, from any thread.
 */
@FunctionalInterface
public interface ClientInstrumentation {

	/**
	 * Trace a client. If it is already traced into another project, it moves to the given
	 * project. If it is already traced into this project under this name, return it
	 * unchanged.
	 * @param client the client
	 * @param key the key of a declared project
	 * @param tracer the tracer of the project
	 * @param name the name of the span around each use of the client, or {@code null} to
	 * keep the client's name or, if it has no name, to use the key
	 * @return a traced client of the same kind, or {@code null} for clients of other
	 * kinds
	 */
	@Nullable Object instrument(Object client, String key, ProjectTracer tracer, @Nullable String name);

}
