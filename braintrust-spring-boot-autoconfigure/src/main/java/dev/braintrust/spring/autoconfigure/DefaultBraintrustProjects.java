package dev.braintrust.spring.autoconfigure;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

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
import io.opentelemetry.sdk.common.CompletableResultCode;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.SmartLifecycle;
import org.springframework.util.Assert;

/**
 * Holds the tracers of all declared projects, and the pipeline that they share.
 */
final class DefaultBraintrustProjects
		implements BraintrustProjects, SmartInitializingSingleton, SmartLifecycle, DisposableBean {

	private final OwnedBeans<ContentFilter> filters;

	private final Supplier<Stream<ClientInstrumentation>> instrumentations;

	private final ProjectsShutdown shutdown;

	private final Map<String, Entry> entries = new LinkedHashMap<>();

	private volatile boolean running;

	DefaultBraintrustProjects(List<ProjectSettings> settings, BraintrustProperties properties,
			OwnedBeans<ContentFilter> filters, OwnedBeans<ProjectTracerProviderCustomizer> customizers,
			SpanDestination destination, AccessCheck access, ProjectSwitches switches,
			Supplier<Stream<ClientInstrumentation>> instrumentations) {
		this.shutdown = new ProjectsShutdown(destination.pipeline(), destination.uploads(),
				properties.getExport().getShutdownTimeout());
		this.filters = filters;
		this.instrumentations = instrumentations;
		DeclaredProjectsReport.log(settings, destination.isRecorder(), destination.watch() != null,
				properties.isStrict());
		JsonBuffers buffers = new JsonBuffers(properties.getExport().getMaxSpanSize().toBytes());
		SharedParts shared = new SharedParts(destination, filters, customizers, access, buffers, switches,
				new AtomicReference<>(), this.shutdown::call);
		for (ProjectSettings project : settings) {
			this.entries.put(project.key(), new Entry(new Project(project, shared)));
		}
		destination.declared(this.entries.keySet());
	}

	@Override
	public Set<String> keys() {
		return Collections.unmodifiableSet(this.entries.keySet());
	}

	@Override
	public ProjectTracer tracer(String key) {
		return entry(key).tracer();
	}

	@Override
	public TracerProvider tracerProvider(String key) {
		return entry(key).openTelemetry().getTracerProvider();
	}

	@Override
	public OpenTelemetry openTelemetry(String key) {
		return entry(key).openTelemetry();
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
		return (T) this.instrumentations.get()
			.map((instrumentation) -> instrumentation.instrument(client, key, tracer, name))
			.filter(Objects::nonNull)
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("A " + client.getClass().getName()
					+ " cannot be traced into the Braintrust project '" + key + "'. A ChatClient, a "
					+ "ChatClient.Builder, and a ChatModel or another model can, where Spring AI 2 is on the class path; "
					+ "so can a client of OpenAI's or Anthropic's SDK, and what a "
					+ "ClientInstrumentation bean of the application knows. For anything else make a span around its "
					+ "calls with the ProjectTracer of the project."));
	}

	private Entry entry(String key) {
		Assert.notNull(key, "'key' must not be null");
		Entry entry = this.entries.get(key);
		if (entry == null) {
			throw UnknownKey.failure(key, this.entries.keySet());
		}
		return entry;
	}

	@Override
	public boolean flush(Duration timeout) {
		return flush(this.entries.values(), timeout, this.shutdown::send);
	}

	@Override
	public boolean flush(String key, Duration timeout) {
		Entry entry = entry(key);
		return flush(List.of(entry), timeout, entry.project()::flush);
	}

	private static boolean flush(Collection<Entry> entries, Duration timeout, Predicate<Duration> queues) {
		Assert.notNull(timeout, "'timeout' must not be null");
		long deadline = System.nanoTime() + TimeUnit.NANOSECONDS.convert(timeout);
		CompletableResultCode processors = all(entries, Project::flushProcessors);
		boolean sent = queues.test(timeout);
		processors.join(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
		return sent && processors.isSuccess();
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

	// Stopped after everything that may make spans.
	@Override
	public int getPhase() {
		return Integer.MIN_VALUE;
	}

	// A context that pauses between tests has nothing to wait for.
	@Override
	public boolean isPauseable() {
		return false;
	}

	@Override
	public void destroy() {
		this.shutdown.close(projects());
	}

	private List<Project> projects() {
		return this.entries.values().stream().map(Entry::project).toList();
	}

	private static CompletableResultCode all(Collection<Entry> entries,
			Function<Project, CompletableResultCode> action) {
		return CompletableResultCode.ofAll(entries.stream().map((entry) -> action.apply(entry.project())).toList());
	}

	/**
	 * What is handed out for one project.
	 */
	private static final class Entry {

		private final Project project;

		private final ProjectTracer tracer;

		private @Nullable OpenTelemetry openTelemetry;

		Entry(Project project) {
			this.project = project;
			this.tracer = new DefaultProjectTracer(project, null);
		}

		Project project() {
			return this.project;
		}

		ProjectTracer tracer() {
			return this.tracer;
		}

		synchronized OpenTelemetry openTelemetry() {
			if (this.openTelemetry == null) {
				this.openTelemetry = new ProjectOpenTelemetry(this.project);
			}
			return this.openTelemetry;
		}

	}

}
