package dev.braintrust.spring.project;

import java.util.Collection;
import java.util.List;

import dev.braintrust.spring.ProjectSpan;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.BaggageBuilder;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import org.jspecify.annotations.Nullable;

/**
 * Carries the context of one project across a boundary: {@code traceparent},
 * {@code tracestate} and the baggage member {@code braintrust.parent}.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/features/distributed-tracing.md">Braintrust's
 * specification, "Distributed Tracing"</a>
 */
final class ProjectPropagator implements TextMapPropagator {

	private static final String BAGGAGE = "baggage";

	private static final String PARENT_MEMBER = "braintrust.parent";

	private static final List<String> FIELDS = List.of(W3CTraceContext.TRACEPARENT, W3CTraceContext.TRACESTATE,
			BAGGAGE);

	private final Project project;

	ProjectPropagator(Project project) {
		this.project = project;
	}

	@Override
	public Collection<String> fields() {
		return FIELDS;
	}

	@Override
	public <C> void inject(Context context, @Nullable C carrier, TextMapSetter<C> setter) {
		ProjectSpan span = ProjectContext.get(context, this.project);
		if (span == null || !span.getSpanContext().isValid()) {
			return;
		}
		W3CTraceContext.write(span.getSpanContext()).forEach((name, value) -> setter.set(carrier, name, value));
		BaggageBuilder baggage = Baggage.fromContext(context).toBuilder();
		baggage.put(PARENT_MEMBER, this.project.settings().parent());
		W3CBaggagePropagator.getInstance().inject(DetachedContext.empty().with(baggage.build()), carrier, setter);
	}

	@Override
	public <C> Context extract(Context context, @Nullable C carrier, TextMapGetter<C> getter) {
		if (carrier == null) {
			return context;
		}
		SpanContext remote = W3CTraceContext.parse(read(carrier, W3CTraceContext.TRACEPARENT, getter),
				read(carrier, W3CTraceContext.TRACESTATE, getter));
		return remote.isValid() ? context.with(new DefaultProjectSpan(this.project, Span.wrap(remote))) : context;
	}

	private static <C> @Nullable String read(C carrier, String name, TextMapGetter<C> getter) {
		String value = getter.get(carrier, name);
		if (value != null) {
			return value;
		}
		// Names of headers are case-insensitive; a carrier may not be.
		for (String key : getter.keys(carrier)) {
			if (name.equalsIgnoreCase(key)) {
				return getter.get(carrier, key);
			}
		}
		return null;
	}

	@Override
	public String toString() {
		return "ProjectPropagator[" + this.project.settings().key() + "]";
	}

}
