package dev.braintrust.spring.autoconfigure;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ClientInstrumentation;
import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.ProjectTracerProviderCustomizer;
import dev.braintrust.spring.api.AccessCheck;
import dev.braintrust.spring.autoconfigure.diagnostics.DeclaredProjectsReport;
import dev.braintrust.spring.autoconfigure.properties.BraintrustProperties;
import dev.braintrust.spring.content.JsonBuffers;
import dev.braintrust.spring.linkage.ProjectSwitches;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.trace.DefaultProjectTracer;
import dev.braintrust.spring.trace.Project;
import dev.braintrust.spring.trace.ProjectOpenTelemetry;
import dev.braintrust.spring.trace.SharedParts;
import dev.braintrust.spring.trace.SpanDestination;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.TracerProvider;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.SmartLifecycle;
import org.springframework.util.Assert;

/**
 * Holds the tracers of all declared projects, and the pipeline that they share.
 */
final class DefaultBraintrustProjects
		implements BraintrustProjects, SmartInitializingSingleton, SmartLifecycle, DisposableBean {

	private final OwnedBeans<ContentFilter> filters;

	private final ObjectProvider<ClientInstrumentation> instrumentations;

	private final ProjectsShutdown shutdown;

	private final Map<String, DefaultProjectTracer> tracers = new LinkedHashMap<>();

	// Created on first use.
	private final Map<String, OpenTelemetry> openTelemetries = new ConcurrentHashMap<>();

	private volatile boolean running;

	DefaultBraintrustProjects(List<ProjectSettings> settings, BraintrustProperties properties,
			OwnedBeans<ContentFilter> filters, OwnedBeans<ProjectTracerProviderCustomizer> customizers,
			SpanDestination destination, AccessCheck access, ProjectSwitches switches,
			ObjectProvider<ClientInstrumentation> instrumentations) {
		this.shutdown = new ProjectsShutdown(destination.pipeline(), destination.uploads(),
				properties.export().shutdownTimeout());
		this.filters = filters;
		this.instrumentations = instrumentations;
		DeclaredProjectsReport.log(settings, destination.isRecorder(), destination.watch() != null,
				properties.strict());
		JsonBuffers buffers = new JsonBuffers(properties.export().maxSpanSize().toBytes());
		SharedParts shared = new SharedParts(destination, filters, customizers, access, buffers, switches,
				new AtomicReference<>(), this.shutdown);
		for (ProjectSettings project : settings) {
			this.tracers.put(project.key(), new DefaultProjectTracer(new Project(project, shared), null));
		}
		destination.declared(this.tracers.keySet());
	}

	@Override
	public Set<String> keys() {
		return Collections.unmodifiableSet(this.tracers.keySet());
	}

	@Override
	public ProjectTracer tracer(String key) {
		Assert.notNull(key, "'key' must not be null");
		DefaultProjectTracer tracer = this.tracers.get(key);
		if (tracer == null) {
			throw UnknownKey.failure(key, this.tracers.keySet());
		}
		return tracer;
	}

	private Project project(String key) {
		return ((DefaultProjectTracer) tracer(key)).project();
	}

	@Override
	public TracerProvider tracerProvider(String key) {
		return openTelemetry(key).getTracerProvider();
	}

	@Override
	public OpenTelemetry openTelemetry(String key) {
		Project project = project(key);
		OpenTelemetry existing = this.openTelemetries.get(key);
		if (existing != null) {
			return existing;
		}
		// Without a lock, because this may call customizers of the application.
		this.openTelemetries.putIfAbsent(key, new ProjectOpenTelemetry(project));
		return Objects.requireNonNull(this.openTelemetries.get(key));
	}

	@Override
	public <T> T instrument(String key, T client) {
		return instrument(client, key, tracer(key), null);
	}

	@Override
	public <T> T instrument(String key, String name, T client) {
		Assert.hasText(name, "'name' must not be empty");
		return instrument(client, key, tracer(key), name);
	}

	@SuppressWarnings("unchecked")
	private <T> T instrument(T client, String key, ProjectTracer tracer, @Nullable String name) {
		Assert.notNull(client, "'client' must not be null");
		return (T) this.instrumentations.orderedStream()
			.map((instrumentation) -> instrumentation.instrument(client, key, tracer, name))
			.filter(Objects::nonNull)
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("A " + client.getClass().getName()
					+ " cannot be traced into the Braintrust project '" + key + "'. A ChatClient, a "
					+ "ChatClient.Builder, and a ChatModel or another model can, if Spring AI 2 is on the class "
					+ "path. So can a client of OpenAI's or Anthropic's SDK, and any type that a "
					+ "ClientInstrumentation bean of the application supports. For anything else, create a span "
					+ "around its calls with the ProjectTracer of the project."));
	}

	@Override
	public boolean flush(Duration timeout) {
		return ProjectsShutdown.flush(projects(), timeout, this.shutdown::send);
	}

	@Override
	public boolean flush(String key, Duration timeout) {
		Project project = project(key);
		return ProjectsShutdown.flush(List.of(project), timeout, project::flush);
	}

	@Override
	public void afterSingletonsInstantiated() {
		this.filters.make();
	}

	@Override
	public void start() {
		this.running = true;
		this.shutdown.start();
	}

	@Override
	public void stop() {
		this.running = false;
		this.shutdown.stop(projects());
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	// Stop after all beans that may create spans.
	@Override
	public int getPhase() {
		return Integer.MIN_VALUE;
	}

	// A context that Spring's test framework pauses between tests need not flush.
	@Override
	public boolean isPauseable() {
		return false;
	}

	@Override
	public void destroy() {
		this.shutdown.close(projects());
	}

	private List<Project> projects() {
		return this.tracers.values().stream().map(DefaultProjectTracer::project).toList();
	}

}
