package dev.braintrust.spring.project;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.NoSuchBraintrustProjectException;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.attachment.AttachmentUploads;
import dev.braintrust.spring.content.JsonBuffers;
import dev.braintrust.spring.export.SpanPipeline;
import dev.braintrust.spring.properties.InvalidBraintrustPropertyException;
import dev.braintrust.spring.properties.ProjectSettings;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.TracerProvider;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.util.Assert;

/**
 * Holds the tracers of all declared projects, and the pipeline that they share.
 */
final class DefaultBraintrustProjects implements BraintrustProjects, SmartInitializingSingleton, DisposableBean {

	private static final Log logger = LogFactory.getLog(BraintrustProjects.class);

	private final SpanPipeline pipeline;

	private final ContentFilters filters;

	private final AttachmentUploads uploads;

	private final Map<String, Entry> entries = new LinkedHashMap<>();

	DefaultBraintrustProjects(List<ProjectSettings> settings, boolean strict, ContentFilters filters,
			SpanPipeline pipeline, AttachmentUploads uploads) {
		this.uploads = uploads;
		this.pipeline = pipeline;
		this.filters = filters;
		JsonBuffers buffers = new JsonBuffers();
		for (ProjectSettings project : settings) {
			if (project.enabled() && project.apiKey() == null) {
				missingKey(project, strict);
			}
			this.entries.put(project.key(), new Entry(new Project(project, () -> filters.of(project.key()), buffers,
					project.isOn() ? pipeline::open : null, project.isOn() ? uploads.open(project) : null)));
		}
		logger.info(describe(settings));
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

	private static String describe(List<ProjectSettings> settings) {
		if (settings.isEmpty()) {
			return "No Braintrust project is declared under 'braintrust.projects'; nothing is traced into Braintrust";
		}
		List<String> projects = settings.stream()
			.map((project) -> project.key()
					+ (project.isOn() ? " (" + project.parent() + " at " + project.apiUrl().getHost() + ")" : " (off)"))
			.toList();
		return "Braintrust projects: " + String.join(", ", projects);
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
		return entry(key).tracerProvider();
	}

	@Override
	public OpenTelemetry openTelemetry(String key) {
		return entry(key).openTelemetry();
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
		Assert.notNull(timeout, "'timeout' must not be null");
		long start = System.nanoTime();
		// A span can refer to what is not there yet, but what is there waits for its
		// span.
		long failures = this.uploads.failures();
		boolean accepted = this.pipeline.flush(timeout);
		boolean ended = this.uploads.flush(timeout.minusNanos(System.nanoTime() - start));
		return accepted && ended && this.uploads.failures() == failures;
	}

	@Override
	public void afterSingletonsInstantiated() {
		this.filters.make();
	}

	@Override
	public void destroy() {
		long start = System.nanoTime();
		this.pipeline.close();
		this.uploads.flush(this.uploads.closeTimeout().minusNanos(System.nanoTime() - start));
		this.uploads.close();
	}

	/**
	 * What is handed out for one project.
	 */
	private static final class Entry {

		private final ProjectTracerProvider tracerProvider;

		private final ProjectTracer tracer;

		private final OpenTelemetry openTelemetry;

		Entry(Project project) {
			this.tracerProvider = new ProjectTracerProvider(project);
			this.tracer = this.tracerProvider.tracer();
			this.openTelemetry = new ProjectOpenTelemetry(this.tracerProvider, new ProjectPropagator(project));
		}

		ProjectTracer tracer() {
			return this.tracer;
		}

		TracerProvider tracerProvider() {
			return this.tracerProvider;
		}

		OpenTelemetry openTelemetry() {
			return this.openTelemetry;
		}

	}

}
