package dev.braintrust.spring.trace;

import java.util.concurrent.atomic.AtomicBoolean;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.settings.ProjectSettings;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Scope;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Lets the traces of a project and those of the application be found from each other,
 * where the settings ask for it. No trace becomes part of another: a span of the project
 * that has no parent in this process gets a link to the span of the application that is
 * current when it starts, that span gets the ids of it as attributes, and the MDC has
 * them while spans of the project are current. Spans that are not recorded are not named.
 */
final class Correlation {

	private static final Log logger = LogFactory.getLog(BraintrustProjects.class);

	private final String key;

	// The key of the project is a part of the names: spans of several projects may start
	// in one span of the application, on several threads.
	private final AttributeKey<String> traceId;

	private final AttributeKey<String> spanId;

	private final AtomicBoolean failed = new AtomicBoolean();

	private Correlation(String key) {
		this.key = key;
		this.traceId = AttributeKey.stringKey("braintrust.projects." + key + ".trace_id");
		this.spanId = AttributeKey.stringKey("braintrust.projects." + key + ".span_id");
	}

	static @Nullable Correlation of(ProjectSettings settings) {
		return settings.correlation() ? new Correlation(settings.key()) : null;
	}

	static boolean isFirst(@Nullable ProjectSpan parent) {
		return parent == null || !parent.getSpanContext().isValid() || parent.getSpanContext().isRemote();
	}

	// A first span is about to start.
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
		return LoggedScope.isAvailable() ? LoggedScope.open(scope, this, span) : scope;
	}

	// The key of the project.
	String key() {
		return this.key;
	}

	// Do what must not fail the work that is traced.
	void guarded(Runnable action) {
		try {
			action.run();
		}
		catch (RuntimeException | LinkageError ex) {
			if (this.failed.compareAndSet(false, true)) {
				logger.warn("Traces of the Braintrust project '" + this.key
						+ "' could not be correlated with those of the application; "
						+ "further failures are not logged", ex);
			}
		}
	}

}
