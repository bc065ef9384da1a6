package dev.braintrust.spring.test;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.NoSuchBraintrustProjectException;
import dev.braintrust.spring.autoconfigure.RecordedProjects;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.trace.SpanRecorder;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.jspecify.annotations.Nullable;

import org.springframework.util.function.SingletonSupplier;

/**
 * Records the spans of projects instead of sending them.
 * {@link AutoConfigureBraintrustTest @AutoConfigureBraintrustTest} brings it as a bean.
 * For an {@code ApplicationContextRunner}, use {@code withBean(RecordedSpans.class)}.
 * Without Spring, use {@link #projects(String...)}:
 *
 * <pre class="code">
 * RecordedSpans spans = new RecordedSpans();
 * ChatClient chat = spans.projects("support").instrument("support", ChatClient.create(model));
 * </pre>
 *
 * A span is recorded when it ends. It is converted when you read it, by the same code as
 * in production. The recorder keeps the last {@value #CAPACITY} spans. You may call all
 * methods from any thread.
 *
 * @see BraintrustAssertions
 */
public final class RecordedSpans implements SpanRecorder {

	private static final int CAPACITY = 10_000;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition recorded = this.lock.newCondition();

	private final Deque<Supplier<RecordedSpan>> spans = new ArrayDeque<>();

	// Null until a registry has reported its projects.
	private @Nullable Set<String> declared;

	/**
	 * Create projects that record here, without an application context. They have the
	 * default settings.
	 * @param keys the keys of the projects
	 * @return the registry of the projects
	 */
	public BraintrustProjects projects(String... keys) {
		return RecordedProjects.of(List.of(keys), this, TestInstrumentations::of);
	}

	/**
	 * Called by the starter when a span has ended.
	 */
	@Override
	public void record(ProjectSettings project, Supplier<SpanData> span) {
		String key = project.key();
		Supplier<RecordedSpan> written = SingletonSupplier.of(() -> new RecordedSpan(key, span.get()));
		this.lock.lock();
		try {
			if (this.spans.size() == CAPACITY) {
				this.spans.removeFirst();
			}
			this.spans.addLast(written);
			this.recorded.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Called by the starter with the keys of its projects.
	 */
	@Override
	public void declared(Collection<String> keys) {
		this.lock.lock();
		try {
			Set<String> declared = new TreeSet<>((this.declared != null) ? this.declared : Set.of());
			declared.addAll(keys);
			this.declared = declared;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Return the declared keys if a key is not declared.
	 * @param project the key
	 * @return the declared keys, or {@code null} if the key is declared or no registry
	 * has reported its projects
	 */
	@Nullable Set<String> declaredInPlaceOf(String project) {
		this.lock.lock();
		try {
			return (this.declared != null && !this.declared.contains(project)) ? Set.copyOf(this.declared) : null;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The spans of all projects.
	 * @return the spans in the order in which they ended
	 */
	public List<RecordedSpan> all() {
		List<Supplier<RecordedSpan>> snapshot;
		this.lock.lock();
		try {
			snapshot = List.copyOf(this.spans);
		}
		finally {
			this.lock.unlock();
		}
		// A filter of the application may run here, so the lock is not held.
		return snapshot.stream().map(Supplier::get).toList();
	}

	/**
	 * The spans of a project.
	 * @param project the key of the project
	 * @return the spans in the order in which they ended
	 * @throws NoSuchBraintrustProjectException if no project with that key is declared
	 */
	public List<RecordedSpan> of(String project) {
		Set<String> declared = declaredInPlaceOf(project);
		if (declared != null) {
			throw new NoSuchBraintrustProjectException(project, declared);
		}
		return all().stream().filter((span) -> span.project().equals(project)).toList();
	}

	/**
	 * The traces of a project.
	 * @param project the key of the project
	 * @return the traces, in the order in which any span of each ended first
	 * @throws NoSuchBraintrustProjectException if no project with that key is declared
	 */
	public List<RecordedTrace> traces(String project) {
		return traces(of(project));
	}

	private static List<RecordedTrace> traces(List<RecordedSpan> spans) {
		Map<String, List<RecordedSpan>> traces = spans.stream()
			.collect(Collectors.groupingBy(RecordedSpan::traceId, LinkedHashMap::new, Collectors.toList()));
		return traces.values().stream().map(RecordedTrace::new).toList();
	}

	/**
	 * Remove all spans.
	 */
	public void clear() {
		this.lock.lock();
		try {
			this.spans.clear();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Wait until a condition holds. It is checked now, and again whenever a span ends.
	 * @param timeout the maximum time to wait
	 * @param condition the condition
	 * @return whether it held in time
	 */
	public boolean await(Duration timeout, BooleanSupplier condition) {
		long end = System.nanoTime() + timeout.toNanos();
		@Nullable Supplier<RecordedSpan> seen = last();
		while (!condition.getAsBoolean()) {
			if (!awaitNext(seen, end - System.nanoTime())) {
				return false;
			}
			seen = last();
		}
		return true;
	}

	private @Nullable Supplier<RecordedSpan> last() {
		this.lock.lock();
		try {
			return this.spans.peekLast();
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean awaitNext(@Nullable Supplier<RecordedSpan> seen, long nanos) {
		long remaining = nanos;
		this.lock.lock();
		try {
			while (this.spans.peekLast() == seen && remaining > 0) {
				remaining = this.recorded.awaitNanos(remaining);
			}
			return this.spans.peekLast() != seen;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Return all traces of all projects as trees.
	 */
	@Override
	public String toString() {
		Map<String, List<RecordedSpan>> projects = all().stream()
			.collect(Collectors.groupingBy(RecordedSpan::project, LinkedHashMap::new, Collectors.toList()));
		return projects.isEmpty() ? "No span of any Braintrust project has ended."
				: projects.entrySet()
					.stream()
					.map((project) -> "Braintrust project " + project.getKey() + "\n" + trees(project.getValue()))
					.collect(Collectors.joining("\n"));
	}

	private static String trees(Collection<RecordedSpan> spans) {
		return traces(List.copyOf(spans)).stream().map(RecordedTrace::toString).collect(Collectors.joining());
	}

}
