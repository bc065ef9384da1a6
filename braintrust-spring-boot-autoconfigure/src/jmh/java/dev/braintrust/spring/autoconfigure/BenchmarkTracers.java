package dev.braintrust.spring.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;

import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.api.AccessCheck;
import dev.braintrust.spring.api.HttpClients;
import dev.braintrust.spring.api.MemoryBudget;
import dev.braintrust.spring.autoconfigure.properties.BraintrustProperties;
import dev.braintrust.spring.autoconfigure.properties.SettingsSource;
import dev.braintrust.spring.content.JsonBuffers;
import dev.braintrust.spring.export.ExportStatus;
import dev.braintrust.spring.export.SpanReader;
import dev.braintrust.spring.export.SpanSink;
import dev.braintrust.spring.export.WaitingSpan;
import dev.braintrust.spring.export.otlp.SpanEncoder;
import dev.braintrust.spring.linkage.ProjectSwitches;
import dev.braintrust.spring.settings.DeclaredProjects;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.settings.ProjectSettings.AttachmentsMode;
import dev.braintrust.spring.trace.DefaultProjectTracer;
import dev.braintrust.spring.trace.Project;
import dev.braintrust.spring.trace.ProjectContent;
import dev.braintrust.spring.trace.SharedParts;
import dev.braintrust.spring.trace.SpanDestination;
import dev.braintrust.spring.trace.SpanDestination.Watch;
import dev.braintrust.spring.upload.AttachmentUploads;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.jspecify.annotations.Nullable;

/**
 * Tracers for benchmarks, whose spans are recorded but not exported.
 */
public final class BenchmarkTracers {

	private static final Function<SpanReader, @Nullable SpanSink> NOWHERE = (
			reader) -> new Sink(WaitingSpan::contentSize);

	private BenchmarkTracers() {
	}

	/**
	 * Only the work on the caller's thread, without the JSON, which the export
	 * worker writes.
	 * @return the tracer
	 */
	public static ProjectTracer recording() {
		return tracer(NOWHERE, 1);
	}

	/**
	 * All work: the caller's thread also writes the JSON, for several spans at once.
	 * @param spansOfARequest the number of spans that are written at once
	 * @return the tracer
	 */
	public static ProjectTracer writing(int spansOfARequest) {
		return tracer(writer(spansOfARequest, false), 1);
	}

	/**
	 * The same plus the encoding of each request.
	 * @param spansOfARequest the number of spans that are written at once
	 * @return the tracer
	 */
	public static ProjectTracer encoding(int spansOfARequest) {
		return tracer(writer(spansOfARequest, true), 1);
	}

	/**
	 * The same, one span at a time, with attachments as base64.
	 * @return the tracer
	 */
	public static ProjectTracer writingBase64() {
		return tracer(writer(1, true), 1, AttachmentsMode.BASE64);
	}

	/**
	 * The work on the caller's thread if a watch is in front of the export.
	 * @param before creates the watch from the settings, the content and the export
	 * @return the tracer
	 */
	public static ProjectTracer watched(Watch before) {
		return tracer((reader) -> before.open(settings(), (ProjectContent) reader,
				(settings, written) -> new Sink(WaitingSpan::contentSize)), 1);
	}

	private static Function<SpanReader, @Nullable SpanSink> writer(int spansOfARequest, boolean encoded) {
		return (reader) -> {
			List<WaitingSpan> request = new ArrayList<>(spansOfARequest);
			return new Sink((span) -> write(request, span, spansOfARequest, reader, encoded));
		};
	}

	private static synchronized void write(List<WaitingSpan> request, WaitingSpan span, int spansOfARequest,
			SpanReader reader, boolean encoded) {
		request.add(span);
		if (request.size() == spansOfARequest) {
			List<@Nullable SpanData> read = reader.read(request);
			List<SpanData> written = read.stream().filter(Objects::nonNull).toList();
			if (written.size() != spansOfARequest || (encoded && SpanEncoder.encode(written).length == 0)) {
				throw new IllegalStateException("Spans were lost");
			}
			reader.release(read);
			request.clear();
		}
	}

	public static ProjectTracer unsampled() {
		return tracer(NOWHERE, 0);
	}

	public static ProjectTracer off() {
		return tracer(null, 1);
	}

	private static ProjectTracer tracer(@Nullable Function<SpanReader, @Nullable SpanSink> sink, double probability) {
		return tracer(sink, probability, AttachmentsMode.UPLOAD);
	}

	private static ProjectSettings settings() {
		return new SettingsSource(null).property("braintrust.projects.benchmark.api-key", "none").settings("benchmark");
	}

	private static ProjectTracer tracer(@Nullable Function<SpanReader, @Nullable SpanSink> sink, double probability,
			AttachmentsMode mode) {
		// Without a key and without a sink, a project is off.
		ProjectSettings settings = new SettingsSource(null)
			.property("braintrust.projects.benchmark.api-key", (sink != null) ? "none" : "")
			.property("braintrust.sampling.probability", probability)
			.property("braintrust.attachments.mode", mode)
			.settings("benchmark");
		HttpClients clients = new HttpClients(null);
		SharedParts shared = new SharedParts(
				new SpanDestination(BraintrustAutoConfiguration.pipeline(BraintrustProperties.of(List.of()).export(), clients),
						new AttachmentUploads(clients, new MemoryBudget(64 << 20)), null,
						(sink != null) ? (project, content, export) -> sink.apply(content) : null),
				(key) -> List.of(),
				(key) -> List.of(),
				new AccessCheck(new DeclaredProjects(List.of(settings)), clients, false), new JsonBuffers(),
				new ProjectSwitches(), new AtomicReference<>(), Runnable::run);
		return new DefaultProjectTracer(new Project(settings, shared), null);
	}

	/**
	 * Accepts spans without a pipeline.
	 */
	private record Sink(Consumer<WaitingSpan> taker) implements SpanSink {

		@Override
		public void add(WaitingSpan span) {
			this.taker.accept(span);
		}

		@Override
		public boolean flush(Duration timeout) {
			return true;
		}

		@Override
		public ExportStatus status() {
			throw new UnsupportedOperationException();
		}

	}

}
