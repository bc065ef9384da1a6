package dev.braintrust.spring.project;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.attachment.AttachmentUploads;
import dev.braintrust.spring.content.JsonBuffers;
import dev.braintrust.spring.export.ExportStatus;
import dev.braintrust.spring.export.HttpClients;
import dev.braintrust.spring.export.SpanReader;
import dev.braintrust.spring.export.SpanSink;
import dev.braintrust.spring.properties.AttachmentsMode;
import dev.braintrust.spring.properties.BraintrustProperties;
import dev.braintrust.spring.properties.ProjectProperties;
import dev.braintrust.spring.properties.ProjectSettings;
import dev.braintrust.spring.properties.ProjectSettingsResolver;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.StandardEnvironment;

/**
 * Tracers for benchmarks: their spans are recorded and go nowhere.
 */
public final class BenchmarkTracers {

	private static final Project.QueueOpener NOWHERE = (settings, reader) -> new Sink((span) -> reader.contentSize(span));

	private BenchmarkTracers() {
	}

	/**
	 * What the thread of the caller does: the JSON is left to the export worker.
	 * @return the tracer
	 */
	public static ProjectTracer recording() {
		return tracer(NOWHERE, 1);
	}

	/**
	 * What is done in all: what is sent is written too, for a number of spans at once, on
	 * the thread of the caller.
	 * @param spansOfARequest the number of spans that are written at once
	 * @return the tracer
	 */
	public static ProjectTracer writing(int spansOfARequest) {
		return tracer(writer(spansOfARequest), 1);
	}

	/**
	 * The same, one span at a time, with attachments as base64.
	 * @return the tracer
	 */
	public static ProjectTracer writingBase64() {
		return tracer(writer(1), 1, AttachmentsMode.BASE64);
	}

	private static Project.QueueOpener writer(int spansOfARequest) {
		return (settings, reader) -> {
			List<EndedSpan> request = new ArrayList<>(spansOfARequest);
			return new Sink((span) -> write(request, span, spansOfARequest, reader));
		};
	}

	private static synchronized void write(List<EndedSpan> request, EndedSpan span, int spansOfARequest,
			SpanReader<EndedSpan> reader) {
		request.add(span);
		if (request.size() == spansOfARequest) {
			List<SpanData> written = reader.read(request);
			request.clear();
			if (written.size() != spansOfARequest) {
				throw new IllegalStateException("Spans were lost");
			}
		}
	}

	public static ProjectTracer unsampled() {
		return tracer(NOWHERE, 0);
	}

	public static ProjectTracer off() {
		return tracer(null, 1);
	}

	private static ProjectTracer tracer(Project.@Nullable QueueOpener opener, double probability) {
		return tracer(opener, probability, AttachmentsMode.UPLOAD);
	}

	private static ProjectTracer tracer(Project.@Nullable QueueOpener opener, double probability,
			AttachmentsMode mode) {
		BraintrustProperties properties = new BraintrustProperties();
		properties.setApiKey("none");
		properties.getSampling().setProbability(probability);
		properties.getAttachments().setMode(mode);
		properties.getProjects().put("benchmark", new ProjectProperties());
		ProjectSettings settings = new ProjectSettingsResolver(properties, new StandardEnvironment()).resolve().get(0);
		return new ProjectTracerProvider(new Project(settings, List::of, List.of(), new JsonBuffers(), opener, () -> null,
				() -> new AttachmentUploads(new HttpClients(null)).open(settings)))
			.tracer();
	}

	/**
	 * Takes spans without a pipeline.
	 */
	private record Sink(Consumer<EndedSpan> taker) implements SpanSink<EndedSpan> {

		@Override
		public void add(EndedSpan span) {
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
