package dev.braintrust.spring;

import java.net.URI;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.propagation.TextMapPropagator;
import org.jspecify.annotations.Nullable;

/**
 * An OpenTelemetry {@link Tracer} that writes into one Braintrust project, with helpers
 * for the spans that Braintrust knows.
 * <p>
 * Its spans are kept apart from every other OpenTelemetry of the process. They live in
 * the OpenTelemetry {@code Context} under a key of the project, so {@code Span.current()}
 * stays the span of the application, spans of the application never become parents here,
 * and neither do spans of other projects or ambient baggage.
 * <p>
 * {@link #rootSpan(String)} never takes a parent from its surroundings. The other helpers
 * and {@link #spanBuilder(String)} take the current span of <em>this project</em>, or
 * start a new trace if there is none.
 * <p>
 * A tracer may be used from any thread. If the project is switched off, spans record
 * nothing, and work runs as it would without them.
 */
public interface ProjectTracer extends Tracer {

	/**
	 * Whether spans of this tracer are recorded at all. It is declared here because
	 * OpenTelemetry has it from 1.61 on, and Spring Boot 4.0 brings an older version.
	 * @return {@code false} if the project is off
	 */
	boolean isEnabled();

	/**
	 * Start a span of any kind. It gets no Braintrust type.
	 * @param spanName the name of the span
	 * @return a builder of the span
	 */
	@Override
	ProjectSpanBuilder spanBuilder(String spanName);

	/**
	 * The root of a new trace, of type {@code task}, whatever is current.
	 * @param name the name of the span
	 * @return a builder of the span
	 */
	ProjectSpanBuilder rootSpan(String name);

	/**
	 * A unit of application logic: an agent run, a step, a named operation
	 * ({@code span_attributes.type} is {@code task}).
	 * @param name the name of the span
	 * @return a builder of the span
	 */
	ProjectSpanBuilder taskSpan(String name);

	/**
	 * The execution of a tool that a model asked for ({@code tool}).
	 * @param name the name of the span
	 * @return a builder of the span
	 */
	ProjectSpanBuilder toolSpan(String name);

	/**
	 * A single call of a language model ({@code llm}).
	 * @param name the name of the span
	 * @return a builder of the span
	 */
	ProjectSpanBuilder llmSpan(String name);

	/**
	 * The execution of a function ({@code function}).
	 * @param name the name of the span
	 * @return a builder of the span
	 */
	ProjectSpanBuilder functionSpan(String name);

	/**
	 * A turn of a conversation that lives longer than the process. While the stored
	 * context is empty, the span is the root of a new trace, outside everything that is
	 * current, and its context is stored before the work runs. From then on the span is a
	 * {@code task} span below that root. What cannot be read as a trace context counts as
	 * empty, and is replaced. Whether the trace is recorded was decided at its root, and
	 * is stored with it.
	 * <p>
	 * A failure to read or to store the context does not reach the caller; the turn is
	 * then traced on its own. A warning says so once.
	 * @param stored where the context of the conversation is kept
	 * @param name the name of the span
	 * @return a builder of the span
	 */
	ProjectSpanBuilder inTrace(StoredTraceContext stored, String name);

	/**
	 * A turn of a conversation for which nothing is stored: the ids of the trace and of
	 * its root span are derived from the project and the application's own id of the
	 * conversation, so any two jobs arrive at one trace, also when both are the first.
	 * <p>
	 * Every turn is a {@code task} span below a root span named {@code conversation},
	 * which takes no time and says nothing. As no turn knows whether it is the first,
	 * each one sends that root again, with the same ids. Whether a conversation is
	 * recorded is decided by its trace id, thus the same in every job as long as
	 * {@code braintrust.sampling.probability} is the same. A project that gets another
	 * {@code name} or {@code id} goes on in other traces.
	 * @param conversationId the application's id of the conversation, unique in the
	 * project; it is hashed, and not sent
	 * @param name the name of the span
	 * @return a builder of the span
	 * @see ProjectSpanBuilder#conversation(String, long)
	 */
	ProjectSpanBuilder inTrace(String conversationId, String name);

	/**
	 * A turn of a conversation whose first turns may run at the same time. What is stored
	 * is continued, as by {@link #inTrace(StoredTraceContext, String)}. While nothing is,
	 * the turn is below the root that {@link #inTrace(String, String)} derives, and that
	 * root is stored, so both of two first turns store the same.
	 * @param stored where the context of the conversation is kept
	 * @param conversationId the application's id of the conversation, unique in the
	 * project; it is hashed, and not sent
	 * @param name the name of the span
	 * @return a builder of the span
	 */
	ProjectSpanBuilder inTrace(StoredTraceContext stored, String conversationId, String name);

	/**
	 * The span of this project that is current on this thread. Use it where
	 * {@code Span.current()} would be used otherwise.
	 * @return the current span, or one that records nothing if there is none
	 */
	ProjectSpan currentSpan();

	/**
	 * The URL of a span in Braintrust's application, for logs, support and people:
	 * {@code https://www.braintrust.dev/app/Acme/p/Support%20Agent/logs?r=…&s=…}. No
	 * request is made for it, so it does not say whether the span has arrived.
	 * <p>
	 * Braintrust's URLs name the organization and the project. The organization is that
	 * of the property {@code org-name} or, without one, the one that the check at startup
	 * found for the API key, if it found one alone. A project that is declared by its id
	 * has the name that the check found.
	 * @param span a span of this project
	 * @return the URL, or {@code null} where a name is not known or not known yet, or the
	 * span is not sampled, as when the project is off
	 */
	@Nullable URI permalink(Span span);

	/**
	 * The propagator of this project. It writes {@code traceparent}, {@code tracestate}
	 * and {@code baggage} of the project's current span in lower case, and reads them,
	 * whatever their case, into the context as this project's parent. Neither throws
	 * anything.
	 * <p>
	 * The baggage has the member {@code braintrust.parent}, percent-encoded, then those
	 * that are there already: in the carrier if it is a {@code Map}, in the carrier that
	 * the trace came in by, byte for byte, and in the baggage of the given context. It
	 * has 64 members and 8,192 bytes at the most; what does not fit is left out from the
	 * end. A member of others that does not keep to the grammar of W3C Baggage is left
	 * out too, since a receiver may drop the whole header for it.
	 * <p>
	 * The route of a span is always the project's own: {@code braintrust.parent} of an
	 * incoming carrier changes nothing. A carrier without a valid {@code traceparent}
	 * leaves the context as it is.
	 * @return the propagator
	 * @see <a href=
	 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/features/distributed-tracing.md">Braintrust's
	 * specification, "Distributed Tracing"</a>
	 */
	TextMapPropagator propagator();

}
