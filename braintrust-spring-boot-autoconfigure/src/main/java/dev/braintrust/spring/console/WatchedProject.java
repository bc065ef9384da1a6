package dev.braintrust.spring.console;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

import dev.braintrust.spring.content.ContentWriter;
import dev.braintrust.spring.export.ExportStatus;
import dev.braintrust.spring.export.LossReason;
import dev.braintrust.spring.export.SpanReader;
import dev.braintrust.spring.export.SpanSink;
import dev.braintrust.spring.export.WaitingSpan;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.trace.EndedSpan;
import dev.braintrust.spring.trace.ProjectContent;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.jspecify.annotations.Nullable;

/**
 * A project whose spans the console shows. It sits between the project and its export, so
 * it sees each span when it ends, when it is written for a request, and when it is sent
 * or lost.
 */
final class WatchedProject implements SpanSink {

	private final ProjectSettings settings;

	private final ProjectContent content;

	private final TraceStore store;

	private final @Nullable SpanSink export;

	WatchedProject(ProjectSettings settings, ProjectContent content, TraceStore store,
			@Nullable BiFunction<ProjectSettings, SpanReader, SpanSink> export) {
		this.settings = settings;
		this.content = content;
		this.store = store;
		this.export = (export != null) ? export.apply(settings, new Reader(content)) : null;
	}

	String key() {
		return this.settings.key();
	}

	ProjectSettings settings() {
		return this.settings;
	}

	ProjectContent content() {
		return this.content;
	}

	boolean isExported() {
		return this.export != null;
	}

	@Override
	public void add(WaitingSpan span) {
		EndedSpan ended = (EndedSpan) span;
		if (this.export == null) {
			StoredSpan stored = new StoredSpan(this, ended, StoredSpan.State.KEPT);
			this.store.add(stored, stored.size());
			return;
		}
		StoredSpan stored = new StoredSpan(this, ended, StoredSpan.State.WAITING);
		Watched watched = new Watched(ended, stored);
		this.export.add(watched);
		this.store.add(stored, StoredSpan.BARE_BYTES + watched.size);
	}

	@Override
	public boolean flush(Duration timeout) {
		return this.export == null || this.export.flush(timeout);
	}

	@Override
	public boolean hasRoom() {
		return this.export == null || this.export.hasRoom();
	}

	@Override
	public void close() {
		if (this.export != null) {
			this.export.close();
		}
	}

	@Override
	public ExportStatus status() {
		return (this.export != null) ? this.export.status() : ExportStatus.UNUSED;
	}

	/**
	 * A span on its way to the export.
	 */
	static final class Watched implements WaitingSpan {

		private final EndedSpan span;

		private final StoredSpan stored;

		private long size;

		Watched(EndedSpan span, StoredSpan stored) {
			this.span = span;
			this.stored = stored;
		}

		// The export calls this anyway. Remember the result, so that add(…) need not
		// measure again.
		@Override
		public long contentSize() {
			this.size = this.span.contentSize();
			return this.size;
		}

		@Override
		public long inlineSize() {
			return this.span.inlineSize();
		}

		@Override
		public WaitingSpan withoutContent(LossReason reason) {
			return new Watched(this.span.withoutContent(reason), this.stored);
		}

		@Override
		public void sent() {
			become(StoredSpan.State.SENT);
		}

		@Override
		public void lost() {
			this.span.lost();
			become(StoredSpan.State.LOST);
		}

		private void become(StoredSpan.State state) {
			this.stored.state(state);
			this.stored.project().store.changed(this.stored, 0);
		}

		void read(SpanData row) {
			this.stored.row(row, this.span.fields().uploaded());
			this.stored.project().store.changed(this.stored, this.stored.size());
		}

	}

	/**
	 * Reads the spans of a request, and hands the rows to the console too.
	 *
	 * @param source the reader of the export
	 */
	record Reader(SpanReader source) implements SpanReader {

		@Override
		public List<@Nullable SpanData> read(List<WaitingSpan> spans) {
			List<WaitingSpan> ended = new ArrayList<>(spans.size());
			spans.forEach((span) -> ended.add(unwrap(span)));
			List<@Nullable SpanData> rows = this.source.read(ended);
			for (int i = 0; i < spans.size(); i++) {
				SpanData row = rows.get(i);
				if (row != null && spans.get(i) instanceof Watched watched) {
					watched.read(ContentWriter.keep(row));
				}
			}
			return rows;
		}

		@Override
		public void release(List<@Nullable SpanData> read) {
			this.source.release(read);
		}

		private static WaitingSpan unwrap(WaitingSpan span) {
			return (span instanceof Watched watched) ? watched.span : span;
		}

		@Override
		public void await(WaitingSpan span, Runnable resume) {
			this.source.await(unwrap(span), resume);
		}

		@Override
		public void incompatible(LinkageError error) {
			this.source.incompatible(error);
		}

		@Override
		public boolean isSlow() {
			return this.source.isSlow();
		}

	}

}
