package dev.braintrust.spring;

import java.time.Duration;
import java.util.Set;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.TracerProvider;

/**
 * The registry of the declared Braintrust projects, for keys that are known only at run
 * time. Where the key is known when the code is written, inject by
 * {@link BraintrustProject @BraintrustProject} instead.
 * <p>
 * A project that is switched off, or that has no API key, is in the registry like any
 * other; its spans record nothing and are not sent. All methods may be called from any
 * thread.
 */
public interface BraintrustProjects {

	/**
	 * The keys of all declared projects, in the order of their declaration.
	 * @return an unmodifiable set, empty where no project is declared
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
	 * Sends what all projects have recorded so far, and waits for it. The registry does
	 * this itself when the application context closes.
	 * @param timeout how long to wait at the most
	 * @return whether everything that had ended before the call has left the process in
	 * time; {@code false} where something is still waiting or was given up meanwhile
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
