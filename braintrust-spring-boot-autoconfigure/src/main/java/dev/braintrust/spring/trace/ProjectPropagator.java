package dev.braintrust.spring.trace;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

import dev.braintrust.spring.content.SpanTemplate;
import dev.braintrust.spring.export.SpanSink;
import dev.braintrust.spring.trace.route.ReceivedRoutes;
import dev.braintrust.spring.trace.route.RoutedRow;
import dev.braintrust.spring.trace.route.Routes;
import dev.braintrust.spring.trace.w3c.BaggageMembers;
import dev.braintrust.spring.trace.w3c.W3CTraceContext;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Carries the context of one project across a boundary: {@code traceparent},
 * {@code tracestate} and the baggage member {@code braintrust.parent}. Bad values and
 * exceptions of a carrier never reach the caller.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/features/distributed-tracing.md">Braintrust's
 * specification, "Distributed Tracing"</a>
 */
final class ProjectPropagator implements TextMapPropagator {

	private static final Log logger = LogFactory.getLog(ProjectPropagator.class);

	private static final String BAGGAGE = "baggage";

	private static final List<String> FIELDS = List.of(W3CTraceContext.TRACEPARENT, W3CTraceContext.TRACESTATE,
			BAGGAGE);

	private final Project project;

	private final ReceivedRoutes experiments;

	private final boolean acceptsExperiments;

	// The sinks take spans that belong to rows of experiments in other processes.
	ProjectPropagator(Project project, Function<String, SpanSink> sinks) {
		this(project, new ReceivedRoutes(project, sinks), false);
	}

	private ProjectPropagator(Project project, ReceivedRoutes experiments, boolean acceptsExperiments) {
		this.project = project;
		this.experiments = experiments;
		this.acceptsExperiments = acceptsExperiments;
	}

	// Return a propagator for callers that may name the experiment that spans belong to.
	ProjectPropagator acceptingExperiments() {
		return new ProjectPropagator(this.project, this.experiments, true);
	}

	@Override
	public Collection<String> fields() {
		return FIELDS;
	}

	@Override
	public <C> void inject(Context context, @Nullable C carrier, TextMapSetter<C> setter) {
		if (context == null || setter == null
				|| !(this.project
					.see(() -> ProjectContext.get(context, this.project)) instanceof DefaultProjectSpan span)
				|| !span.getSpanContext().isValid()) {
			return;
		}
		try {
			Map<String, String> headers = new LinkedHashMap<>(W3CTraceContext.write(span.getSpanContext()));
			String baggage = takeFrom(carrier).and(span.baggage())
				.and(BaggageMembers.of(Baggage.fromContext(context)))
				.header(parent(span));
			if (!baggage.isEmpty()) {
				headers.put(BAGGAGE, baggage);
			}
			headers.forEach((name, value) -> setter.set(carrier, name, value));
		}
		catch (LinkageError ex) {
			this.project.failed(ex);
		}
		catch (Throwable ex) {
			logger.debug("A trace context could not be written to a carrier", ex);
		}
	}

	private String parent(DefaultProjectSpan span) {
		RoutedRow row = span.row();
		return (row != null) ? row.route().parent() : this.project.settings().parent().toString();
	}

	// Remove the headers that inject replaces from a map, and return its baggage. A
	// setter cannot remove: a plain map would keep two spellings of a name, or the
	// tracestate of another trace.
	private static BaggageMembers takeFrom(@Nullable Object carrier) {
		BaggageMembers baggage = BaggageMembers.NONE;
		if (carrier instanceof Map<?, ?> map) {
			Set<Object> replaced = new LinkedHashSet<>();
			for (Map.Entry<?, ?> entry : map.entrySet()) {
				if (entry.getKey() instanceof String name && FIELDS.stream().anyMatch(name::equalsIgnoreCase)) {
					replaced.add(name);
					baggage = BAGGAGE.equalsIgnoreCase(name)
							? baggage.and(BaggageMembers.parse(texts(entry.getValue()))) : baggage;
				}
			}
			replaced.forEach(map::remove);
		}
		return baggage;
	}

	private static List<String> texts(@Nullable Object value) {
		Collection<?> values = (value instanceof Collection<?> several) ? several : Collections.singleton(value);
		return values.stream().filter(String.class::isInstance).map(String.class::cast).toList();
	}

	@Override
	public <C> Context extract(Context context, @Nullable C carrier, TextMapGetter<C> getter) {
		if (context == null) {
			return extract(Context.root(), carrier, getter);
		}
		if (carrier == null || getter == null || this.project.isOff()) {
			return context;
		}
		try {
			SpanContext remote = W3CTraceContext.parse(join(read(carrier, W3CTraceContext.TRACEPARENT, getter)),
					join(read(carrier, W3CTraceContext.TRACESTATE, getter)));
			if (!remote.isValid()) {
				return context;
			}
			List<String> baggage = read(carrier, BAGGAGE, getter);
			return context.with(new DefaultProjectSpan(this.project, Span.wrap(remote), SpanTemplate.NONE,
					BaggageMembers.parse(baggage), row(remote, baggage)));
		}
		catch (LinkageError ex) {
			this.project.failed(ex);
			return context;
		}
		catch (Throwable ex) {
			logger.debug("A trace context could not be read from a carrier", ex);
			return context;
		}
	}

	// Return the row of another process that the spans belong to. An unsampled row is not
	// recorded there, so its spans are not recorded in an experiment here.
	private @Nullable RoutedRow row(SpanContext remote, List<String> baggage) {
		if (!this.acceptsExperiments || !remote.isSampled()) {
			return null;
		}
		Routes routes = this.project.routes();
		boolean here = routes != null && routes.row(remote.getTraceId(), this.project) != null;
		return here ? null : this.experiments.row(BaggageMembers.parent(baggage));
	}

	private static <C> List<String> read(C carrier, String name, TextMapGetter<C> getter) {
		List<String> values = all(carrier, name, getter);
		if (!values.isEmpty()) {
			return values;
		}
		// Header names are case-insensitive, but a carrier may not be.
		for (String key : getter.keys(carrier)) {
			if (name.equalsIgnoreCase(key)) {
				return all(carrier, key, getter);
			}
		}
		return List.of();
	}

	private static <C> List<String> all(C carrier, String name, TextMapGetter<C> getter) {
		List<String> values = new ArrayList<>(1);
		Iterator<String> all = getter.getAll(carrier, name);
		while (all != null && all.hasNext() && values.size() < BaggageMembers.MAX_MEMBERS) {
			String value = all.next();
			if (value != null) {
				values.add(value);
			}
		}
		return values;
	}

	// Several headers with one name form a list. A list is an invalid traceparent, as
	// W3C asks.
	private static @Nullable String join(List<String> values) {
		return values.isEmpty() ? null : String.join(",", values);
	}

	@Override
	public String toString() {
		return "ProjectPropagator[" + this.project.settings().key() + "]";
	}

}
