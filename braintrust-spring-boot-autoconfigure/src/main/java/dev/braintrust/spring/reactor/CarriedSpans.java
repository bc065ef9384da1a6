package dev.braintrust.spring.reactor;

import java.util.ArrayList;
import java.util.List;

import dev.braintrust.spring.ProjectSpan;
import io.micrometer.context.ContextSnapshotFactory;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import org.springframework.util.ClassUtils;

/**
 * The project spans in a Reactor context, the innermost last. If a project has several
 * spans here, the last one counts.
 */
record CarriedSpans(List<ProjectSpan> spans) {

	private static final CarriedSpans NONE = new CarriedSpans(List.of());

	private static final @Nullable ThreadLocals THREAD_LOCALS = ClassUtils
		.isPresent("io.micrometer.context.ContextSnapshotFactory", CarriedSpans.class.getClassLoader())
				? new ThreadLocals() : null;

	static CarriedSpans in(ContextView context) {
		CarriedSpans carried = context.getOrDefault(CarriedSpans.class, null);
		return (carried != null) ? carried : NONE;
	}

	static Context put(Context context, ProjectSpan span) {
		List<ProjectSpan> spans = new ArrayList<>(in(context).spans);
		spans.add(span);
		CarriedSpans carried = new CarriedSpans(List.copyOf(spans));
		Context changed = context.put(CarriedSpans.class, carried);
		return (THREAD_LOCALS != null) ? THREAD_LOCALS.put(changed, carried) : changed;
	}

	Scope makeCurrent() {
		if (this.spans.isEmpty()) {
			return Scope.noop();
		}
		io.opentelemetry.context.Context current = io.opentelemetry.context.Context.current();
		for (ProjectSpan span : this.spans) {
			current = current.with(span);
		}
		return current.makeCurrent();
	}

	/**
	 * Adds the values of our own accessors in Micrometer's context propagation, and no
	 * others, to Reactor's context. If automatic context propagation is on, Reactor
	 * restores the current spans of a thread from them.
	 */
	private static final class ThreadLocals {

		private static final String KEYS = "braintrust.projects";

		private final ContextSnapshotFactory snapshots = ContextSnapshotFactory.builder()
			.captureKeyPredicate((key) -> key instanceof String name && name.startsWith(KEYS))
			.build();

		Context put(Context context, CarriedSpans spans) {
			try (Scope ignored = spans.makeCurrent()) {
				return this.snapshots.captureAll().updateContext(context);
			}
		}

	}

}
