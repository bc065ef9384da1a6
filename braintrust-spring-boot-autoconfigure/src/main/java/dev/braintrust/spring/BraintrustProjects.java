package dev.braintrust.spring;

import java.time.Duration;
import java.util.Set;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.TracerProvider;

/**
 * The registry of the declared Braintrust projects. Use it for keys that you know only at
 * run time, and for clients that are not beans:
 *
 * <pre class="code">
 * ChatClient chat = projects.instrument("support", ChatClient.create(model));
 * projects.tracer(tenant.project()).rootSpan("answer").run((span) -&gt; …);
 * </pre>
 *
 * If you know the key when you write the code, inject with
 * {@link BraintrustProject @BraintrustProject} instead.
 * <p>
 * Projects that are off or have no API key are in the registry too; their spans record
 * nothing. You may call all methods from any thread.
 */
public interface BraintrustProjects {

	/**
	 * The keys of all declared projects, in the order of their declaration.
	 * @return an unmodifiable set, empty if no project is declared
	 */
	Set<String> keys();

	/**
	 * The tracer of a project.
	 * @param key the key of a declared project
	 * @return the same tracer that is injected for this key
	 * @throws NoSuchBraintrustProjectException if no such project is declared
	 */
	ProjectTracer tracer(String key);

	/**
	 * The tracer provider of a project. Its tracers are isolated like
	 * {@link #tracer(String)}, and have the instrumentation scope that you ask for.
	 * @param key the key of a declared project
	 * @return the provider
	 * @throws NoSuchBraintrustProjectException if no such project is declared
	 */
	TracerProvider tracerProvider(String key);

	/**
	 * The tracer provider and the {@link ProjectTracer#propagator() propagator} of a
	 * project as an {@link OpenTelemetry}, for libraries that take one. It has no meters
	 * and no logs.
	 * @param key the key of a declared project
	 * @return the OpenTelemetry instance
	 * @throws NoSuchBraintrustProjectException if no such project is declared
	 */
	OpenTelemetry openTelemetry(String key);

	/**
	 * Traces a client that is not a bean into a project: a Spring AI {@code ChatClient},
	 * or a {@code ChatClient.Builder}, which then builds traced clients. Each use of the
	 * client is a {@code task} span with the name of the key. If the client is traced
	 * already, it keeps its name: a client of this project is returned unchanged, and for
	 * a client of another project, the returned one is traced into this project only.
	 * @param key the key of a declared project
	 * @param client the client, which is not changed itself
	 * @param <T> the type of the client: an interface
	 * @return the traced client
	 * @throws NoSuchBraintrustProjectException if no such project is declared
	 * @throws IllegalArgumentException if the starter cannot trace this kind of client
	 * @see ClientInstrumentation
	 */
	<T> T instrument(String key, T client);

	/**
	 * Traces a client that is not a bean into a project, with a name of your choice.
	 * @param key the key of a declared project
	 * @param name the name of the {@code task} span around each use of the client
	 * @param client the client, which is not changed itself
	 * @param <T> the type of the client: an interface
	 * @return the traced client
	 * @throws NoSuchBraintrustProjectException if no such project is declared
	 * @throws IllegalArgumentException if the starter cannot trace this kind of client
	 */
	<T> T instrument(String key, String name, T client);

	/**
	 * Flushes all projects: sends the spans that have ended, and waits until they are
	 * sent. The application context does this itself when it closes.
	 * @param timeout the maximum time to wait
	 * @return whether all spans that had ended before the call have left the process in
	 * time; {@code false} if spans are still queued or were dropped
	 */
	boolean flush(Duration timeout);

	/**
	 * Flushes one project and waits for this project only.
	 * @param key the key of a declared project
	 * @param timeout the maximum time to wait
	 * @return whether all spans that had ended before the call have left the process in
	 * time
	 * @throws NoSuchBraintrustProjectException if no such project is declared
	 */
	boolean flush(String key, Duration timeout);

}
