package dev.braintrust.spring.export;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import dev.braintrust.spring.api.HttpClients;
import dev.braintrust.spring.settings.ProjectSettings;
import org.jspecify.annotations.Nullable;

/**
 * Sends the spans of all projects: a bounded queue a project, one worker for all of them.
 * <p>
 * A span that ends is added to the queue of its project on the thread of the caller,
 * which costs a short lock and neither waits nor fails. The worker collects what a queue
 * holds every second, or earlier where a queue has a full batch or a flush is asked for,
 * and sends it without waiting for the answer, so a project whose endpoint hangs delays
 * no other. One request of a project is under way at a time. What may pass (a network
 * error, a server or gateway that fails or is overloaded) is repeated with growing
 * pauses, other refusals are final. All that works comes into being with the first span.
 */
public final class SpanPipeline implements AutoCloseable {

	private final Map<String, ProjectSink<?>> sinks = new ConcurrentHashMap<>();

	private final Supplier<SpanExport> creator;

	private final Duration shutdownTimeout;

	private volatile @Nullable SpanExport export;

	private volatile boolean closed;

	public SpanPipeline(QueueLimits limits, Duration shutdownTimeout, HttpClients clients) {
		this(() -> new SpanExport(new HttpSpanTransport(clients), Pace.closingIn(shutdownTimeout), limits),
				shutdownTimeout);
	}

	SpanPipeline(SpanTransport transport, Pace pace, QueueLimits limits) {
		this(() -> new SpanExport(transport, pace, limits), pace.closeTimeout());
	}

	private SpanPipeline(Supplier<SpanExport> creator, Duration shutdownTimeout) {
		this.creator = creator;
		this.shutdownTimeout = shutdownTimeout;
	}

	public <S> SpanSink<S> open(ProjectSettings settings, SpanReader<S> reader) {
		ProjectSink<S> sink = new ProjectSink<>(settings, reader);
		this.sinks.put(settings.key(), sink);
		return sink;
	}

	public @Nullable ExportStatus status(String key) {
		ProjectSink<?> sink = this.sinks.get(key);
		return (sink != null) ? sink.status() : null;
	}

	private SpanExport export() {
		SpanExport export = this.export;
		return (export != null) ? export : start();
	}

	private synchronized SpanExport start() {
		SpanExport export = this.export;
		if (export == null) {
			export = this.creator.get();
			if (this.closed) {
				export.close(Duration.ZERO);
			}
			this.export = export;
		}
		return export;
	}

	// Send what has been added so far, of all projects at once, and wait for it.
	public boolean flush(Duration timeout) {
		SpanExport export = this.export;
		return export == null || export.flush(null, timeout);
	}

	// Close within the time for that.
	@Override
	public void close() {
		close(this.shutdownTimeout);
	}

	// Flush, then give up what is left and release all threads.
	public void close(Duration timeout) {
		SpanExport export = closing();
		if (export != null) {
			export.close(timeout);
		}
	}

	private synchronized @Nullable SpanExport closing() {
		this.closed = true;
		return this.export;
	}

	/**
	 * Takes the spans of one project. Its queue is opened with the first one.
	 */
	private final class ProjectSink<S> implements SpanSink<S> {

		private final ProjectSettings settings;

		private final SpanReader<S> reader;

		private volatile @Nullable SpanQueue<S> queue;

		ProjectSink(ProjectSettings settings, SpanReader<S> reader) {
			this.settings = settings;
			this.reader = reader;
		}

		@Override
		public void add(S span) {
			SpanExport export = export();
			export.add(queue(export), span);
		}

		private SpanQueue<S> queue(SpanExport export) {
			SpanQueue<S> queue = this.queue;
			return (queue != null) ? queue : open(export);
		}

		private synchronized SpanQueue<S> open(SpanExport export) {
			SpanQueue<S> queue = this.queue;
			if (queue == null) {
				queue = export.open(this.settings, this.reader);
				this.queue = queue;
			}
			return queue;
		}

		@Override
		public boolean flush(Duration timeout) {
			SpanQueue<S> queue = this.queue;
			return queue == null || export().flush(queue, timeout);
		}

		@Override
		public ExportStatus status() {
			SpanQueue<S> queue = this.queue;
			return (queue != null) ? export().status(queue) : ExportStatus
				.unused(SpanPipeline.this.closed ? ExportStatus.State.CLOSED : ExportStatus.State.IDLE);
		}

	}

}
