package dev.braintrust.spring.trace;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToLongBiFunction;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.api.MemoryBudget;
import dev.braintrust.spring.settings.Amount;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The spans of a project that have started but not ended, in the order of their start.
 * The list holds them weakly: a span that the application forgets to end is collected
 * like any other object, and counted.
 */
public final class OpenSpans {

	private static final Log logger = LogFactory.getLog(BraintrustProjects.class);

	private static final int MAX_LENGTH = 500;

	// If queued spans take the whole budget, open spans may still use this part of it.
	// The oldest queued spans lose their content for them.
	private static final int OPEN_PART = 8;

	private final ReferenceQueue<DefaultProjectSpan> collected = new ReferenceQueue<>();

	// The sentinel before the first entry and after the last.
	private final Entry ends = new Entry(null, null);

	private final MemoryBudget.Part memory;

	private final long alwaysRoom;

	private long held;

	private long forgotten;

	OpenSpans(MemoryBudget memory, String key) {
		this.memory = memory.of(key);
		this.alwaysRoom = memory.max() / OPEN_PART;
		this.ends.before = this.ends;
		this.ends.after = this.ends;
	}

	// A span has started.
	Entry add(DefaultProjectSpan span) {
		Entry entry = new Entry(span, this.collected);
		synchronized (this) {
			removeCollected();
			Entry last = this.ends.before;
			entry.before = last;
			entry.after = this.ends;
			last.after = entry;
			this.ends.before = entry;
		}
		return entry;
	}

	// Count bytes that are held for a span until it ends or is forgotten.
	synchronized boolean hold(Entry entry, long bytes) {
		if (entry.after == entry) {
			return false;
		}
		if (!this.memory.reserve(bytes)) {
			if (this.held + bytes > this.alwaysRoom) {
				return false;
			}
			this.memory.add(bytes);
		}
		this.held += bytes;
		entry.held += bytes;
		return true;
	}

	// A span has ended.
	synchronized void remove(Entry entry) {
		unlink(entry);
	}

	private void removeCollected() {
		for (Reference<?> dead = this.collected.poll(); dead != null; dead = this.collected.poll()) {
			if (unlink((Entry) dead)) {
				this.forgotten++;
			}
		}
	}

	private boolean unlink(Entry entry) {
		if (entry.after == entry) {
			return false;
		}
		this.held -= entry.held;
		this.memory.release(entry.held);
		entry.held = 0;
		entry.before.after = entry.after;
		entry.after.before = entry.before;
		// An old entry must not keep younger ones from being collected.
		entry.before = entry;
		entry.after = entry;
		return true;
	}

	// End the open spans of projects when the application context closes, and log how
	// many there were.
	public static void cut(Collection<Project> projects) {
		List<CompletableFuture<?>> cut = new ArrayList<>();
		String open = count(projects, (project, spans) -> spans.cut(project, cut));
		if (!open.isEmpty()) {
			logger.warn("Spans of Braintrust projects were open when the application context closed: " + open
					+ ". They end now and are sent with the content recorded so far. Let work finish before the "
					+ "context closes, and end each span that 'startSpan()' returns.");
		}
		String forgotten = count(projects, (project, spans) -> spans.forgotten());
		if (!forgotten.isEmpty()) {
			logger.warn("Spans of Braintrust projects were never ended and are lost: " + forgotten
					+ ". End each span that 'startSpan()' returns, in a finally block.");
		}
		CompletableFuture.allOf(cut.toArray(CompletableFuture[]::new)).join();
	}

	private static String count(Collection<Project> projects, ToLongBiFunction<Project, OpenSpans> counter) {
		StringJoiner counted = new StringJoiner(", ");
		int unnamed = 0;
		for (Project project : projects) {
			OpenSpans spans = project.anyOpenSpans();
			long count = (spans != null) ? counter.applyAsLong(project, spans) : 0;
			if (count > 0 && counted.length() > MAX_LENGTH) {
				unnamed++;
			}
			else if (count > 0) {
				counted.add(count + " of '" + project.settings().key() + "'");
			}
		}
		return counted + ((unnamed > 0) ? " and those of " + Amount.of(unnamed, "more project") : "");
	}

	// End the latest span first, so that a span ends before its parent. This runs code of
	// the application, which may hang, so no project waits for another.
	private int cut(Project project, List<CompletableFuture<?>> cut) {
		List<DefaultProjectSpan> spans = latestFirst();
		if (!spans.isEmpty()) {
			cut.add(CompletableFuture.runAsync(() -> {
				spans.forEach(DefaultProjectSpan::complete);
				spans.forEach(DefaultProjectSpan::end);
			}, project.calls()));
		}
		return spans.size();
	}

	synchronized List<DefaultProjectSpan> latestFirst() {
		List<DefaultProjectSpan> spans = new ArrayList<>();
		for (Entry entry = this.ends.before; entry != this.ends; entry = entry.before) {
			DefaultProjectSpan span = entry.get();
			if (span != null && span.isOpen()) {
				spans.add(span);
			}
		}
		return spans;
	}

	// Return how many spans were collected before they ended.
	synchronized long forgotten() {
		removeCollected();
		return this.forgotten;
	}

	/**
	 * The position of an open span in the list.
	 */
	static final class Entry extends WeakReference<DefaultProjectSpan> {

		private Entry before = this;

		private Entry after = this;

		private long held;

		private Entry(@Nullable DefaultProjectSpan span, @Nullable ReferenceQueue<DefaultProjectSpan> collected) {
			super(span, collected);
		}

	}

}
