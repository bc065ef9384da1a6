package dev.braintrust.spring.web;

import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.trace.DefaultProjectTracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.util.Assert;

/**
 * The requests that the application has chosen to carry the trace of a project. A failure
 * here never fails a request.
 */
final class ProjectRequests<T> {

	private static final Log logger = LogFactory.getLog(ProjectRequests.class);

	private static final String TRACESTATE = "tracestate";

	private static final String BAGGAGE = "baggage";

	private static final HeadersGetter GETTER = new HeadersGetter();

	private final ProjectTracer tracer;

	private final Predicate<? super T> chosen;

	private final boolean experiments;

	private final AtomicBoolean failed = new AtomicBoolean();

	ProjectRequests(ProjectTracer tracer, Predicate<? super T> chosen, String name) {
		this(tracer, chosen, false);
		Assert.notNull(tracer, "'tracer' must not be null");
		Assert.notNull(chosen, () -> "'" + name + "' must not be null");
	}

	private ProjectRequests(ProjectTracer tracer, Predicate<? super T> chosen, boolean experiments) {
		this.tracer = tracer;
		this.chosen = chosen;
		this.experiments = experiments;
	}

	// The same requests, whose callers may also name the experiment that spans belong to.
	ProjectRequests<T> acceptingExperiments() {
		return new ProjectRequests<>(this.tracer, this.chosen, true);
	}

	// If the predicate fails, the request is not chosen.
	boolean include(T request) {
		try {
			return this.chosen.test(request);
		}
		catch (Throwable ex) {
			warn("The predicate that chooses requests for a Braintrust project failed, so the request is not chosen.",
					ex);
			return false;
		}
	}

	// Continue the trace in the headers. The function returns the values of a header by
	// its name, ignoring case.
	Context extract(Context context, Function<String, @Nullable List<String>> headers) {
		TextMapPropagator propagator = (this.experiments && this.tracer instanceof DefaultProjectTracer ours)
				? ours.experimentPropagator() : this.tracer.propagator();
		return propagator.extract(context, headers, GETTER);
	}

	// Write the current span of the project, replacing existing headers: a request has
	// one trace context.
	void write(HttpHeaders headers) {
		try {
			if (this.tracer.currentSpan().getSpanContext().isValid()) {
				Map<String, String> carrier = new LinkedHashMap<>();
				List<String> baggage = headers.get(BAGGAGE);
				if (baggage != null) {
					carrier.put(BAGGAGE, String.join(",", baggage));
				}
				this.tracer.propagator().inject(Context.current(), carrier, Map::put);
				carrier.computeIfPresent(BAGGAGE, (name, value) -> ascii(value));
				headers.remove(TRACESTATE);
				carrier.forEach(headers::set);
			}
		}
		catch (Throwable ex) {
			warn("The trace of a Braintrust project could not be written into the headers of a request.", ex);
		}
	}

	// HTTP clients refuse other characters, and members may come from strangers.
	private static String ascii(String baggage) {
		return Stream.of(baggage.split(","))
			.filter((member) -> member.chars().allMatch((character) -> character >= ' ' && character <= '~'))
			.collect(Collectors.joining(","));
	}

	private void warn(String message, Throwable failure) {
		if (this.failed.compareAndSet(false, true)) {
			logger.warn(message + " This is logged once.", failure);
		}
	}

	/**
	 * Reads headers by their names.
	 */
	private static final class HeadersGetter implements TextMapGetter<Function<String, @Nullable List<String>>> {

		@Override
		public Iterable<String> keys(Function<String, @Nullable List<String>> headers) {
			return List.of();
		}

		@Override
		public @Nullable String get(@Nullable Function<String, @Nullable List<String>> headers, String name) {
			Iterator<String> values = getAll(headers, name);
			return values.hasNext() ? values.next() : null;
		}

		@Override
		public Iterator<String> getAll(@Nullable Function<String, @Nullable List<String>> headers, String name) {
			List<String> values = (headers != null) ? headers.apply(name) : null;
			return (values != null) ? values.iterator() : Collections.emptyIterator();
		}

	}

}
