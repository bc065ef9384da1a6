package dev.braintrust.spring.trace.micrometer;

import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

import dev.braintrust.spring.trace.ProjectContext;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * Keeps project spans current inside the scopes of Micrometer observations.
 * <p>
 * When the scope of an observation opens, Micrometer Tracing makes an OpenTelemetry
 * context current that it built when the observation's span was created. Project spans
 * that became current later are missing from it. Two handlers fix this: one runs before
 * Micrometer's and remembers the current context, the other runs after it and adds the
 * remembered project spans to the new current context. Everything else in the context
 * stays Micrometer's.
 */
public final class ObservedProjectContext implements BeanPostProcessor {

	// Weak: if a handler in between fails, the context stays on the thread, which may
	// outlive the application.
	private final ThreadLocal<WeakReference<Context>> before = new ThreadLocal<>();

	private final ThreadLocal<Deque<OpenedScope>> opened = new ThreadLocal<>();

	// Register the first handler before Boot adds the others, which it does
	// after initialization.
	@Override
	public Object postProcessBeforeInitialization(Object bean, String beanName) {
		if (bean instanceof ObservationRegistry registry && registry != ObservationRegistry.NOOP) {
			registry.observationConfig().observationHandler(new FirstHandler());
		}
		return bean;
	}

	public ObservationHandler<Observation.Context> lastHandler() {
		return new LastHandler();
	}

	private void remember(Context context) {
		if (ProjectContext.of(context) != null) {
			this.before.set(new WeakReference<>(context));
		}
		else {
			remembered();
		}
	}

	private @Nullable Context remembered() {
		WeakReference<Context> before = this.before.get();
		if (before == null) {
			return null;
		}
		this.before.remove();
		return before.get();
	}

	private void scopeOpened(Observation.Context observation) {
		Context before = remembered();
		Context current = Context.current();
		Context merged = (before != null) ? ProjectContext.merge(current, before) : current;
		Deque<OpenedScope> scopes = this.opened.get();
		if (scopes == null) {
			if (merged == current) {
				return;
			}
			scopes = new ArrayDeque<>(4);
			this.opened.set(scopes);
		}
		// An observation may open several scopes. Each has an entry, so that closing the
		// inner scope does not close the outer one.
		scopes.push(new OpenedScope(observation, (merged != current) ? merged.makeCurrent() : Scope.noop()));
	}

	private void scopeClosed(Observation.Context observation) {
		Deque<OpenedScope> scopes = this.opened.get();
		if (scopes == null) {
			return;
		}
		OpenedScope scope = take(scopes, observation);
		if (scopes.isEmpty()) {
			this.opened.remove();
		}
		if (scope != null) {
			scope.scope().close();
		}
	}

	private static @Nullable OpenedScope take(Deque<OpenedScope> scopes, Observation.Context observation) {
		for (Iterator<OpenedScope> iterator = scopes.iterator(); iterator.hasNext();) {
			OpenedScope scope = iterator.next();
			if (scope.observation() == observation) {
				iterator.remove();
				return scope;
			}
		}
		return null;
	}

	private record OpenedScope(Observation.Context observation, Scope scope) {
	}

	/**
	 * Remembers the current context before Micrometer replaces it.
	 */
	private final class FirstHandler implements ObservationHandler<Observation.Context> {

		@Override
		public void onScopeOpened(Observation.Context context) {
			remember(Context.current());
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

	/**
	 * Adds the remembered project spans to the new current context.
	 */
	private final class LastHandler implements ObservationHandler<Observation.Context> {

		@Override
		public void onScopeOpened(Observation.Context context) {
			scopeOpened(context);
		}

		@Override
		public void onScopeClosed(Observation.Context context) {
			scopeClosed(context);
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

}
