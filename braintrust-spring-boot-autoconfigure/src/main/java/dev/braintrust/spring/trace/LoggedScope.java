package dev.braintrust.spring.trace;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

import org.springframework.util.ClassUtils;

/**
 * A scope in which a span of a project is current and the MDC of SLF4J says which one. It
 * names the innermost: one span at a time, and that of the outer scope again when this
 * one is closed.
 */
final class LoggedScope implements Scope {

	private static final String PROJECT = "braintrust.project";

	private static final String TRACE_ID = "braintrust.trace_id";

	private static final String SPAN_ID = "braintrust.span_id";

	private static final boolean AVAILABLE = ClassUtils.isPresent("org.slf4j.MDC", LoggedScope.class.getClassLoader());

	private final Scope scope;

	private final Correlation correlation;

	private final Thread thread = Thread.currentThread();

	private @Nullable String project;

	private @Nullable String traceId;

	private @Nullable String spanId;

	private boolean closed;

	private LoggedScope(Scope scope, Correlation correlation) {
		this.scope = scope;
		this.correlation = correlation;
	}

	static boolean isAvailable() {
		return AVAILABLE;
	}

	static Scope open(Scope scope, Correlation correlation, SpanContext span) {
		LoggedScope logged = new LoggedScope(scope, correlation);
		correlation.guarded(() -> logged.open(span));
		return logged;
	}

	private void open(SpanContext span) {
		this.project = MDC.get(PROJECT);
		this.traceId = MDC.get(TRACE_ID);
		this.spanId = MDC.get(SPAN_ID);
		if (span.isSampled()) {
			put(this.correlation.key(), span.getTraceId(), span.getSpanId());
		}
		else if (this.correlation.key().equals(this.project)) {
			put(null, null, null);
		}
	}

	@Override
	public void close() {
		this.scope.close();
		// OpenTelemetry does not close a scope on another thread either.
		if (!this.closed && Thread.currentThread() == this.thread) {
			this.closed = true;
			this.correlation.guarded(() -> put(this.project, this.traceId, this.spanId));
		}
	}

	private static void put(@Nullable String project, @Nullable String traceId, @Nullable String spanId) {
		put(PROJECT, project);
		put(TRACE_ID, traceId);
		put(SPAN_ID, spanId);
	}

	private static void put(String key, @Nullable String value) {
		if (value != null) {
			MDC.put(key, value);
		}
		else {
			MDC.remove(key);
		}
	}

}
