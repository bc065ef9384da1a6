package dev.braintrust.spring;

import java.net.URI;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.propagation.TextMapPropagator;
import org.jspecify.annotations.Nullable;

/**
 * An OpenTelemetry {@link Tracer} for one Braintrust project, with methods for
 * Braintrust's types of spans. Inject it with
 * {@link BraintrustProject @BraintrustProject}:
 *
 * <pre class="code">
 * SupportAgent(&#64;BraintrustProject("support") ProjectTracer tracer) {
 * 	this.tracer = tracer;
 * }
 *
 * String answer(String question) {
 * 	return this.tracer.rootSpan("answer").input(question).call((span) -&gt; …);
 * }
 * </pre>
 *
 * Spans of a project are isolated from every other OpenTelemetry instance in the process.
 * {@code Span.current()} is still the application's span. Spans of the application, spans
 * of other projects and ambient baggage never influence these spans.
 * <p>
 * {@link #rootSpan(String)} starts a new trace. The other methods and
 * {@link #spanBuilder(String)} use the current span of <em>this project</em> as the
 * parent. Without a current span, they start a new trace.
 * <p>
 * You may use a tracer from any thread. If the project is off, spans record nothing, and
 * your work runs as usual.
 */
public interface ProjectTracer extends Tracer {

	/**
	 * Whether this tracer records spans. Declared here because OpenTelemetry has it only
	 * from 1.61 on, and Spring Boot 4.0 brings an older version.
	 * @return {@code false} if the project is off
	 */
	boolean isEnabled();

	/**
	 * Start a span without a Braintrust type.
	 * @param spanName the name of the span
	 * @return a builder of the span
	 */
	@Override
	ProjectSpanBuilder spanBuilder(String spanName);

	/**
	 * Start a new trace with a span of type {@code task}, even inside another span.
	 * @param name the name of the span
	 * @return a builder of the span
	 */
	ProjectSpanBuilder rootSpan(String name);

	/**
	 * Start a span of type {@code task}: an agent run, a step, a named operation.
	 * @param name the name of the span
	 * @return a builder of the span
	 */
	ProjectSpanBuilder taskSpan(String name);

	/**
	 * Start a span of type {@code tool}: the execution of a tool that a model asked for.
	 * @param name the name of the span
	 * @return a builder of the span
	 */
	ProjectSpanBuilder toolSpan(String name);

	/**
	 * Start a span of type {@code llm}: one call of a language model.
	 * @param name the name of the span
	 * @return a builder of the span
	 */
	ProjectSpanBuilder llmSpan(String name);

	/**
	 * Start a span of type {@code function}: the execution of a function.
	 * @param name the name of the span
	 * @return a builder of the span
	 */
	ProjectSpanBuilder functionSpan(String name);

	/**
	 * Start a turn of a conversation that outlives the process. If the stored context is
	 * empty or invalid, the span is the root of a new trace, even inside another span,
	 * and its context is stored before the work runs. Otherwise the span is a
	 * {@code task} span below the stored root. The sampling decision is made at the root
	 * and stored with it.
	 * <p>
	 * If the context cannot be read or stored, no exception reaches you: the turn becomes
	 * a separate trace, and the starter logs a warning once.
	 * @param stored the store of the conversation's context
	 * @param name the name of the span
	 * @return a builder of the span
	 */
	ProjectSpanBuilder inTrace(StoredTraceContext stored, String name);

	/**
	 * Start a turn of a conversation without stored context. The ids of the trace and of
	 * its root span are derived from the project and your id of the conversation, so all
	 * jobs use one trace, even if two of them run the first turn at the same time.
	 * <p>
	 * Every turn is a {@code task} span below a root span named {@code conversation},
	 * which has no duration and no content. Each turn sends that root again, with the
	 * same ids, because it cannot know whether it is the first. The sampling decision
	 * follows from the trace id, so it is the same in every job that has the same
	 * {@code braintrust.sampling.probability}. If the project's {@code name} or
	 * {@code id} changes, conversations continue in new traces.
	 * @param conversationId the application's id of the conversation, unique in the
	 * project; it is hashed, and not sent
	 * @param name the name of the span
	 * @return a builder of the span
	 * @see ProjectSpanBuilder#conversation(String, long)
	 */
	ProjectSpanBuilder inTrace(String conversationId, String name);

	/**
	 * Start a turn of a conversation whose first turns may run at the same time. A stored
	 * context is continued, as with {@link #inTrace(StoredTraceContext, String)}.
	 * Otherwise the turn is below the root that {@link #inTrace(String, String)} derives,
	 * and that root is stored, so concurrent first turns store the same context.
	 * @param stored the store of the conversation's context
	 * @param conversationId the application's id of the conversation, unique in the
	 * project; it is hashed, and not sent
	 * @param name the name of the span
	 * @return a builder of the span
	 */
	ProjectSpanBuilder inTrace(StoredTraceContext stored, String conversationId, String name);

	/**
	 * The current span of this project on this thread. Use it instead of
	 * {@code Span.current()}.
	 * @return the current span; without one, a span that records nothing
	 */
	ProjectSpan currentSpan();

	/**
	 * The URL of a span in Braintrust's application, for logs and support:
	 * {@code https://www.braintrust.dev/app/Acme/p/Support%20Agent/logs?r=…&s=…}. It
	 * makes no request, so it does not tell whether the span has arrived.
	 * <p>
	 * Braintrust's URLs name the organization and the project. The organization is the
	 * property {@code org-name}. Without it, the check at startup finds it if the API key
	 * belongs to exactly one organization. For a project that is declared by its id, the
	 * check finds the name of the project.
	 * @param span a span of this project
	 * @return the URL, or {@code null} if a name is unknown (or not known yet), or if the
	 * span is not sampled, for example because the project is off
	 */
	@Nullable URI permalink(Span span);

	/**
	 * The propagator of this project. It writes {@code traceparent}, {@code tracestate}
	 * and {@code baggage} of the project's current span in lower case, and reads them in
	 * any case, as this project's parent in the context. Neither throws.
	 * <p>
	 * The baggage has the member {@code braintrust.parent}, percent-encoded, then the
	 * members that exist already: in the carrier if it is a {@code Map}, in the carrier
	 * of the incoming trace, byte for byte, and in the baggage of the given context. It
	 * has at most 64 members and 8,192 bytes; members that do not fit are dropped from
	 * the end. Members that break the grammar of W3C Baggage are dropped too, because a
	 * receiver may drop the whole header for them.
	 * <p>
	 * Spans always go to this project: {@code braintrust.parent} of an incoming carrier
	 * has no effect. A carrier without a valid {@code traceparent} leaves the context
	 * unchanged.
	 * @return the propagator
	 * @see <a href=
	 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/features/distributed-tracing.md">Braintrust's
	 * specification, "Distributed Tracing"</a>
	 */
	TextMapPropagator propagator();

}
