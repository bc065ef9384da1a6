package dev.braintrust.spring.autoconfigure;

import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.NoSuchBraintrustProjectException;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.ProjectTracerProviderCustomizer;
import dev.braintrust.spring.api.AccessCheck;
import dev.braintrust.spring.autoconfigure.properties.BraintrustProperties;
import dev.braintrust.spring.content.JsonBuffers;
import dev.braintrust.spring.export.SpanPipeline;
import dev.braintrust.spring.linkage.ProjectSwitches;
import dev.braintrust.spring.settings.InvalidBraintrustPropertyException;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.settings.WebUrl;
import dev.braintrust.spring.trace.DefaultProjectTracer;
import dev.braintrust.spring.trace.OpenSpans;
import dev.braintrust.spring.trace.Project;
import dev.braintrust.spring.trace.ProjectOpenTelemetry;
import dev.braintrust.spring.trace.SharedParts;
import dev.braintrust.spring.trace.SpanDestination;
import dev.braintrust.spring.upload.AttachmentUploads;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.sdk.common.CompletableResultCode;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
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

	private static final Log logger = LogFactory.getLog(BraintrustProjects.class);

	private static final int MAX_NAMED = 20;

	private final SpanPipeline pipeline;

	private final OwnedBeans<ContentFilter> filters;

	private final Duration shutdownTimeout;

	private final ClientInstrumentations instrumentations;

	private final AttachmentUploads uploads;

	private final Map<String, Entry> entries = new LinkedHashMap<>();

	private volatile boolean running;

	// What of the shutdown timeout has been used.
	private volatile Duration waited = Duration.ZERO;

	DefaultBraintrustProjects(List<ProjectSettings> settings, BraintrustProperties properties,
			OwnedBeans<ContentFilter> filters, OwnedBeans<ProjectTracerProviderCustomizer> customizers,
			SpanDestination destination, AccessCheck access, ProjectSwitches switches,
			ClientInstrumentations instrumentations) {
		this.pipeline = destination.pipeline();
		this.uploads = destination.uploads();
		this.shutdownTimeout = properties.getExport().getShutdownTimeout();
		this.filters = filters;
		this.instrumentations = instrumentations;
		JsonBuffers buffers = new JsonBuffers(properties.getExport().getMaxSpanSize().toBytes());
		SharedParts shared = new SharedParts(destination, filters::of, customizers::of, access, buffers, switches);
		for (ProjectSettings project : settings) {
			if (!destination.isRecorder() && project.enabled() && !project.isOn()) {
				missingKey(project, properties.isStrict());
			}
			this.entries.put(project.key(), new Entry(new Project(project, shared)));
		}
		destination.declared(this.entries.keySet());
		logger.info(describe(settings, destination.isRecorder()));
	}

	private static void missingKey(ProjectSettings project, boolean strict) {
		String property = "braintrust.projects." + project.key() + ".api-key";
		String remedy = "Set 'braintrust.api-key' for all projects or '" + property
				+ "' for this one, or the environment variable BRAINTRUST_API_KEY, or put that variable into a file "
				+ "named .env.braintrust in the working directory or above it. A '${...}' that nothing resolves is "
				+ "no API key.";
		if (strict) {
			throw new InvalidBraintrustPropertyException(property, "has no value, and 'braintrust.strict' is true",
					remedy + " To start without it, remove 'braintrust.strict' or set 'braintrust.projects."
							+ project.key() + ".enabled' to false.");
		}
		logger.warn("The Braintrust project '" + project.key() + "' is off: it has no API key. " + remedy);
	}

	private static String describe(List<ProjectSettings> settings, boolean recording) {
		if (settings.isEmpty()) {
			return "No Braintrust project is declared under 'braintrust.projects'; nothing is traced into Braintrust";
		}
		if (recording) {
			return "Braintrust projects, recorded and not sent: " + list(settings, false);
		}
		return "Braintrust projects: " + list(settings, true);
	}

	private static String list(List<ProjectSettings> settings, boolean sent) {
		StringJoiner projects = new StringJoiner(", ");
		int named = Math.min(MAX_NAMED, settings.size());
		for (ProjectSettings project : settings.subList(0, named)) {
			projects.add(sent ? project.key() + destination(project) : project.key());
		}
		int others = settings.size() - named;
		return projects + ((others > 0) ? " and " + others + " more" : "");
	}

	private static String destination(ProjectSettings project) {
		return project.isOn() ? " (" + project.parent() + " at " + host(project) + ")" : " (off)";
	}

	private static String host(ProjectSettings project) {
		URI endpoint = project.export().endpoint();
		return WebUrl.host((endpoint != null) ? endpoint : project.apiUrl());
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
		return this.instrumentations.instrument(client, key, tracer(key), null);
	}

	@Override
	public <T> T instrument(String key, String name, T client) {
		Assert.hasText(name, "'name' must not be empty");
		return this.instrumentations.instrument(client, key, tracer(key), name);
	}

	private Entry entry(String key) {
		Assert.notNull(key, "'key' must not be null");
		Entry entry = this.entries.get(key);
		if (entry == null) {
			throw new NoSuchBraintrustProjectException(key, this.entries.keySet());
		}
		return entry;
	}

	@Override
	public boolean flush(Duration timeout) {
		return flush(this.entries.values(), timeout, this::send);
	}

	@Override
	public boolean flush(String key, Duration timeout) {
		Entry entry = entry(key);
		return flush(List.of(entry), timeout, entry.project()::flush);
	}

	// Spans first: an attachment may arrive later than the span that refers to it.
	private boolean send(Duration timeout) {
		long deadline = System.nanoTime() + TimeUnit.NANOSECONDS.convert(timeout);
		long failures = this.uploads.failures();
		boolean accepted = this.pipeline.flush(timeout);
		boolean ended = this.uploads.flush(Duration.ofNanos(deadline - System.nanoTime()));
		return accepted && ended && this.uploads.failures() == failures;
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
		this.waited = Duration.ZERO;
	}

	// Spans that end later, while beans are destroyed, are taken and sent too.
	@Override
	public void stop() {
		this.running = false;
		long before = System.nanoTime();
		// Uploads that hang leave some time for the spans that end later.
		Duration timeout = this.shutdownTimeout.multipliedBy(4).dividedBy(5);
		if (timeout.compareTo(ClosingWait.QUIET) <= 0) {
			send(timeout);
		}
		else if (!send(ClosingWait.QUIET)
				&& ClosingWait.announce(projects(), this.shutdownTimeout.minus(ClosingWait.QUIET))) {
			send(timeout.minus(ClosingWait.QUIET));
		}
		this.waited = Duration.ofNanos(System.nanoTime() - before);
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
		OpenSpans.cut(projects());
		Duration left = this.shutdownTimeout.minus(this.waited);
		Duration timeout = left.isNegative() ? Duration.ZERO : left;
		long deadline = System.nanoTime() + TimeUnit.NANOSECONDS.convert(timeout);
		CompletableResultCode processors = all(this.entries.values(), Project::closeProcessors);
		this.pipeline.close(timeout);
		endUploads(deadline);
		processors.join(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
		projects().forEach(Project::abandonProcessors);
	}

	private List<Project> projects() {
		return this.entries.values().stream().map(Entry::project).toList();
	}

	// A thread that closes the context may be interrupted to hurry it, not to lose what
	// waits.
	private void endUploads(long deadline) {
		boolean interrupted = Thread.interrupted();
		// Some of the time is left to tell Braintrust of those that do not make it.
		long end = deadline - Math.max(0, deadline - System.nanoTime()) / 4;
		long left = end - System.nanoTime();
		while (!this.uploads.flush(Duration.ofNanos(Math.max(0, left))) && left > 0 && Thread.interrupted()) {
			interrupted = true;
			left = end - System.nanoTime();
		}
		this.uploads.close(Duration.ofNanos(deadline - System.nanoTime()));
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
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
