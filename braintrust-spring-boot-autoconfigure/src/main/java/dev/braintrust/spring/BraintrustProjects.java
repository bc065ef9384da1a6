package dev.braintrust.spring;

import java.time.Duration;
import java.util.Set;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.TracerProvider;

/**
 * The registry of the declared Braintrust projects, for keys that are known only at run
 * time. If the key is known when the code is written, inject by
 * {@link BraintrustProject @BraintrustProject} instead.
 * <p>
 * A project that is switched off, or that has no API key, is in the registry like any
 * other; its spans record nothing and are not sent. All methods may be called from any
 * thread.
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
	 * The tracer provider of a project. The tracers that it makes are isolated as
	 * {@link #tracer(String)} is, under instrumentation scopes of their own.
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
	 * Traces a client that is no bean into a project: a Spring AI {@code ChatClient}, or
	 * a {@code ChatClient.Builder}, whose clients are traced then. Each use of the client
	 * is a {@code task} span that is named like the key. A client that is traced already
	 * keeps its name, and is returned as it is where it is traced into this project;
	 * where it is traced into another, the returned one is traced into this project
	 * alone.
	 * @param key the key of a declared project
	 * @param client the client, which is not changed itself
	 * @param <T> the type of the client: an interface
	 * @return the traced client
	 * @throws NoSuchBraintrustProjectException if no such project is declared
	 * @throws IllegalArgumentException if the client is of no kind that can be traced
	 * @see ClientInstrumentation
	 */
	<T> T instrument(String key, T client);

	/**
	 * Traces a client that is no bean into a project, under a name.
	 * @param key the key of a declared project
	 * @param name the name of the {@code task} span around each use of the client
	 * @param client the client, which is not changed itself
	 * @param <T> the type of the client: an interface
	 * @return the traced client
	 * @throws NoSuchBraintrustProjectException if no such project is declared
	 * @throws IllegalArgumentException if the client is of no kind that can be traced
	 */
	<T> T instrument(String key, String name, T client);

	/**
	 * Sends what all projects have recorded so far, and waits for it. The registry does
	 * this itself when the application context closes.
	 * @param timeout how long to wait at the most
	 * @return whether everything that had ended before the call has left the process in
	 * time; {@code false} if something is still waiting or was given up meanwhile
	 */
	boolean flush(Duration timeout);

	/**
	 * Sends what one project has recorded so far, and waits for it. It waits for no other
	 * project.
	 * @param key the key of a declared project
	 * @param timeout how long to wait at the most
	 * @return whether everything that had ended before the call has left the process in
	 * time
	 * @throws NoSuchBraintrustProjectException if no such project is declared
	 */
	boolean flush(String key, Duration timeout);

}
