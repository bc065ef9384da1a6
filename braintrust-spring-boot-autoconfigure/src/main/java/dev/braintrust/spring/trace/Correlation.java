package dev.braintrust.spring.trace;

import dev.braintrust.spring.ProjectSpan;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

import org.springframework.util.ClassUtils;

/**
 * Links the traces of a project and of the application, if the settings ask for it, so
 * that you can find one from the other. No trace becomes part of another: a project span
 * without a parent in this process gets a link to the application's current span, that
 * span gets the ids of the project span as attributes, and the MDC has these ids while
 * spans of the project are current. Unsampled spans are not named.
 */
final class Correlation {

	private static final boolean LOGGED = ClassUtils.isPresent("org.slf4j.MDC", Correlation.class.getClassLoader());

	private final Project project;

	private final String key;

	// The attribute names contain the project key: spans of several projects may start
	// inside one span of the application, on several threads.
	private final AttributeKey<String> traceId;

	private final AttributeKey<String> spanId;

	private Correlation(Project project) {
		this.project = project;
		this.key = project.settings().key();
		this.traceId = AttributeKey.stringKey("braintrust.projects." + this.key + ".trace_id");
		this.spanId = AttributeKey.stringKey("braintrust.projects." + this.key + ".span_id");
	}

	static @Nullable Correlation of(Project project) {
		return project.settings().correlation() ? new Correlation(project) : null;
	}

	static boolean isFirst(@Nullable ProjectSpan parent) {
		return parent == null || !parent.getSpanContext().isValid() || parent.getSpanContext().isRemote();
	}

	// A span without a parent in this process is about to start.
	void starting(SpanBuilder builder) {
		guarded(() -> {
			SpanContext ambient = Span.current().getSpanContext();
			if (ambient.isValid() && ambient.isSampled()) {
				builder.addLink(ambient);
			}
		});
	}

	void started(ProjectSpan span) {
		SpanContext ours = span.getSpanContext();
		if (ours.isSampled()) {
			guarded(() -> {
				Span ambient = Span.current();
				if (ambient.isRecording()) {
					ambient.setAttribute(this.traceId, ours.getTraceId()).setAttribute(this.spanId, ours.getSpanId());
				}
			});
		}
	}

	// A span of the project has become current.
	Scope logged(Scope scope, SpanContext span) {
		return LOGGED ? LoggedScope.open(scope, this, span) : scope;
	}

	// Run an action whose failure must not reach the traced work.
	private void guarded(Runnable action) {
		try {
			action.run();
		}
		catch (Throwable ex) {
			this.project.warn("correlation", "Traces of the Braintrust project '" + this.key
					+ "' could not be correlated with those of the application.", ex);
		}
	}

	/**
	 * A scope in which a project span is current and SLF4J's MDC names it. Only the
	 * innermost span is named. When the scope closes, the MDC names the span of the outer
	 * scope again.
	 */
	private static final class LoggedScope implements Scope {

		private static final String PROJECT = "braintrust.project";

		private static final String TRACE_ID = "braintrust.trace_id";

		private static final String SPAN_ID = "braintrust.span_id";

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
				put(this.correlation.key, span.getTraceId(), span.getSpanId());
			}
			else if (this.correlation.key.equals(this.project)) {
				put(null, null, null);
			}
		}

		@Override
		public void close() {
			this.scope.close();
			// Like OpenTelemetry, restore nothing if the scope is closed on
			// another thread.
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

}
