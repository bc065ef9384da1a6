package dev.braintrust.spring.trace.micrometer;

import dev.braintrust.spring.trace.ProjectContext;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ThreadLocalAccessor;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Carries project spans to other threads with Micrometer's context propagation.
 * <p>
 * A registry calls its accessors in the order of their registration, and restores in
 * reverse order. Micrometer's own accessors make an OpenTelemetry context current that
 * may be older than the project span, so ours must be the last: it adds the project spans
 * to the context that is current by then, and changes nothing else. If another accessor
 * was registered after it, the next capture appends one more of ours.
 * <p>
 * An accessor is never moved or removed, not even when the application context closes: a
 * registry closes open scopes of other threads by the position of the accessors, and
 * would skip one or fail. The accessor belongs to no application context, and does
 * nothing without project spans.
 */
public final class ProjectContextAccessor implements ThreadLocalAccessor<ProjectContext> {

	static final String KEY = "braintrust.projects";

	// The maximum number of our accessors. An application that registers accessors again
	// and again must not make the registry grow.
	static final int LIMIT = 32;

	private static final Log logger = LogFactory.getLog(ProjectContextAccessor.class);

	private final ContextRegistry registry;

	private final String key;

	private final ThreadLocal<OpenedScope> opened = new ThreadLocal<>();

	private ProjectContextAccessor(ContextRegistry registry, String key) {
		this.registry = registry;
		this.key = key;
	}

	public static void register(ContextRegistry registry) {
		if (isRegistered(registry)) {
			return;
		}
		synchronized (registry) {
			int ours = 0;
			for (ThreadLocalAccessor<?> accessor : registry.getThreadLocalAccessors()) {
				ours += (accessor instanceof ProjectContextAccessor) ? 1 : 0;
			}
			if (!isRegistered(registry) && ours < LIMIT) {
				append(registry, ours + 1);
			}
		}
	}

	private static void append(ContextRegistry registry, int number) {
		String key = (number != 1) ? KEY + "." + number : KEY;
		registry.registerThreadLocalAccessor(new ProjectContextAccessor(registry, key));
		if (number == LIMIT) {
			logger.warn("Accessors are registered in Micrometer's context propagation repeatedly; "
					+ "from now on they may hide the spans of Braintrust projects from other threads");
		}
	}

	private static boolean isRegistered(ContextRegistry registry) {
		ThreadLocalAccessor<?> last = null;
		for (ThreadLocalAccessor<?> accessor : registry.getThreadLocalAccessors()) {
			last = accessor;
		}
		return last instanceof ProjectContextAccessor;
	}

	@Override
	public Object key() {
		return this.key;
	}

	@Override
	public @Nullable ProjectContext getValue() {
		ProjectContext spans = ProjectContext.of(Context.current());
		if (spans != null) {
			register(this.registry);
		}
		return spans;
	}

	@Override
	public void setValue(ProjectContext spans) {
		Context current = Context.current();
		Scope scope = ((ProjectContext.of(current) != spans) ? spans.in(current) : current).makeCurrent();
		opened(spans.logged(scope));
	}

	@Override
	public void setValue() {
		Context current = Context.current();
		opened(((ProjectContext.of(current) != null) ? ProjectContext.clear(current) : current).makeCurrent());
	}

	private void opened(Scope scope) {
		this.opened.set(new OpenedScope(scope, this.opened.get()));
	}

	@Override
	public void restore(ProjectContext previousValue) {
		restore();
	}

	@Override
	public void restore() {
		OpenedScope scope = this.opened.get();
		if (scope == null) {
			return;
		}
		if (scope.outer() != null) {
			this.opened.set(scope.outer());
		}
		else {
			this.opened.remove();
		}
		scope.scope().close();
	}

	private record OpenedScope(Scope scope, @Nullable OpenedScope outer) {
	}

}
