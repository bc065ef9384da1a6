package dev.braintrust.spring.autoconfigure;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import dev.braintrust.spring.ClientInstrumentation;
import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.ProjectTracerProviderCustomizer;
import dev.braintrust.spring.api.AccessCheck;
import dev.braintrust.spring.api.Backoff;
import dev.braintrust.spring.api.HttpClients;
import dev.braintrust.spring.autoconfigure.properties.BraintrustProperties;
import dev.braintrust.spring.autoconfigure.properties.ProjectKeys;
import dev.braintrust.spring.autoconfigure.properties.ProjectSettingsResolver;
import dev.braintrust.spring.export.ExportStatus;
import dev.braintrust.spring.export.SpanPipeline;
import dev.braintrust.spring.linkage.ProjectSwitches;
import dev.braintrust.spring.settings.DeclaredProjects;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.ReceivedSpan;
import dev.braintrust.spring.support.UploadFlow;
import dev.braintrust.spring.trace.SpanDestination;
import dev.braintrust.spring.upload.AttachmentStatus;
import dev.braintrust.spring.upload.AttachmentUploads;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * Projects with attachments, and a server that receives their spans and uploads.
 */
public final class TracedAttachments implements AutoCloseable {

	public static final Duration LONG = Duration.ofMinutes(1);

	private static final Backoff FAST = new Backoff(8, Duration.ofMillis(2), Duration.ofMillis(20));

	private final OtlpReceiver receiver = new OtlpReceiver();

	private final Map<String, Object> properties = new LinkedHashMap<>();

	private final DefaultListableBeanFactory beans = new DefaultListableBeanFactory();

	private Backoff backoff = FAST;

	private SpanPipeline pipeline;

	private AttachmentUploads uploads;

	private DefaultBraintrustProjects projects;

	public TracedAttachments() {
		with("braintrust.api-key", "sk-test").with("braintrust.api-url", this.receiver.url())
			.with("braintrust.export.timeout", "15s")
			.with("braintrust.export.shutdown-timeout", "10s")
			.with("braintrust.projects.support.name", "Support");
	}

	/**
	 * Unique bytes.
	 */
	public static byte[] image(int size, int seed) {
		byte[] bytes = new byte[size];
		new Random(seed).nextBytes(bytes);
		byte[] png = { (byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13, 'I', 'H', 'D', 'R' };
		System.arraycopy(png, 0, bytes, 0, Math.min(size, png.length));
		return bytes;
	}

	public TracedAttachments with(String property, Object value) {
		this.properties.put(property, value);
		return this;
	}

	public TracedAttachments filter(ContentFilter filter) {
		this.beans.registerSingleton("filter", filter);
		return this;
	}

	public TracedAttachments backoff(Backoff backoff) {
		this.backoff = backoff;
		return this;
	}

	public ProjectTracer tracer() {
		return tracer("support");
	}

	public ProjectTracer tracer(String key) {
		return projects().tracer(key);
	}

	/**
	 * The settings of the only project.
	 */
	public static ProjectSettings settings(Map<String, Object> properties) {
		StandardEnvironment environment = environment(properties);
		return new ProjectSettingsResolver(bind(environment), environment).resolve().get(0);
	}

	private static StandardEnvironment environment(Map<String, Object> properties) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(new MapPropertySource("test", properties));
		return environment;
	}

	private static BraintrustProperties bind(StandardEnvironment environment) {
		return ProjectKeys.bindAll(environment);
	}

	public DefaultBraintrustProjects projects() {
		if (this.projects == null) {
			StandardEnvironment environment = environment(this.properties);
			BraintrustProperties bound = bind(environment);
			List<ProjectSettings> settings = new ProjectSettingsResolver(bound, environment).resolve();
			this.pipeline = BraintrustAutoConfiguration.pipeline(bound.export(), new HttpClients(null));
			this.uploads = new AttachmentUploads(new HttpClients(null), this.pipeline.memory(), this.backoff);
			this.projects = new DefaultBraintrustProjects(settings, bound,
					new OwnedBeans<>(ContentFilter.class, this.beans, "projects"),
					new OwnedBeans<>(ProjectTracerProviderCustomizer.class, this.beans, "projects"),
					new SpanDestination(this.pipeline, this.uploads, null),
					new AccessCheck(new DeclaredProjects(settings), new HttpClients(null), false),
					new ProjectSwitches(), this.beans.getBeanProvider(ClientInstrumentation.class));
		}
		return this.projects;
	}

	/**
	 * Record a span with an input.
	 */
	public void record(Object input) {
		tracer().rootSpan("turn").input(input).run((span) -> {
		});
	}

	public boolean flush() {
		return projects().flush(LONG);
	}

	/**
	 * The input of the last span that has arrived.
	 */
	public JsonNode lastInput() {
		List<ReceivedSpan> spans = spans();
		return spans.get(spans.size() - 1).input();
	}

	/**
	 * Record a span with an input, and wait for the received input.
	 */
	public JsonNode arrived(Object input) {
		record(input);
		flush();
		return lastInput();
	}

	public List<ReceivedSpan> spans() {
		return this.receiver.spans();
	}

	public OtlpReceiver receiver() {
		return this.receiver;
	}

	public UploadFlow uploads() {
		return this.receiver.uploads();
	}

	public AttachmentStatus status() {
		return status("support");
	}

	public AttachmentStatus status(String key) {
		return this.uploads.status(key);
	}

	public ExportStatus exported() {
		return this.pipeline.status("support");
	}

	public boolean hasObject(JsonNode reference, byte[] bytes) {
		return Arrays.equals(uploads().objects().get(reference.path("key").asString("")), bytes);
	}

	@Override
	public void close() {
		if (this.projects != null) {
			this.receiver.release();
			this.uploads().release();
			this.projects.destroy();
		}
		this.receiver.close();
	}

}
