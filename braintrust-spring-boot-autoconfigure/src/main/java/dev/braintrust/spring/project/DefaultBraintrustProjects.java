package dev.braintrust.spring.project;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.NoSuchBraintrustProjectException;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.content.JsonBuffers;
import dev.braintrust.spring.export.SpanPipeline;
import dev.braintrust.spring.properties.InvalidBraintrustPropertyException;
import dev.braintrust.spring.properties.ProjectSettings;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.TracerProvider;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

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

	private final ClientInstrumentations instrumentations;

	private final Map<String, Entry> entries = new LinkedHashMap<>();

	/**
	 * Create the registry.
	 * @param settings the settings of the projects
	 * @param strict whether a project that is enabled must have a key
	 * @param filters the filters of content
	 * @param pipeline what sends the spans
	 * @param recorder what takes the spans in place of the pipeline, if anything does
	 * @param instrumentations what traces clients that are no beans
	 */
	DefaultBraintrustProjects(List<ProjectSettings> settings, boolean strict, ContentFilters filters,
			SpanPipeline pipeline, @Nullable SpanRecorder recorder, ClientInstrumentations instrumentations) {
		this.pipeline = pipeline;
		this.filters = filters;
		this.instrumentations = instrumentations;
		JsonBuffers buffers = new JsonBuffers();
		for (ProjectSettings project : settings) {
			if (recorder == null && project.enabled() && project.apiKey() == null) {
				missingKey(project, strict);
			}
			this.entries.put(project.key(), new Entry(
					new Project(project, () -> filters.of(project.key()), buffers, opener(project, recorder))));
		}
		logger.info(describe(settings, recorder != null));
	}

	private Project.@Nullable QueueOpener opener(ProjectSettings project, @Nullable SpanRecorder recorder) {
		if (recorder != null) {
			return project.enabled() ? (settings, reader) -> new RecordingSink(recorder, settings, reader) : null;
		}
		return project.isOn() ? this.pipeline::open : null;
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
			return "Braintrust projects, recorded and not sent: "
					+ settings.stream().map(ProjectSettings::key).collect(Collectors.joining(", "));
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
		Assert.notNull(timeout, "'timeout' must not be null");
		return this.pipeline.flush(timeout);
	}

	@Override
	public void afterSingletonsInstantiated() {
		this.filters.make();
	}

	@Override
	public void destroy() {
		this.pipeline.close();
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
