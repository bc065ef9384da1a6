package dev.braintrust.spring;

import java.util.concurrent.TimeUnit;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import kotlin.internal.LowPriorityInOverloadResolution;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link ProjectSpan}. Finish with {@link #call(SpanFunction)},
 * {@link #run(SpanConsumer)} or {@link #startSpan()}:
 *
 * <pre class="code">
 * String answer = tracer.rootSpan("answer").input(question).call((span) -&gt; agent.answer(question));
 * </pre>
 *
 * {@link #setParent(Context)} uses this project's span in that context as the parent, and
 * ignores the application's span.
 */
public interface ProjectSpanBuilder extends SpanBuilder {

	/**
	 * The input of the operation.
	 * @param value any value that has a JSON form
	 * @return this builder
	 * @see ProjectSpan#input(Object)
	 */
	ProjectSpanBuilder input(@Nullable Object value);

	/**
	 * A field of the span's metadata.
	 * @param key the name of the field
	 * @param value its value
	 * @return this builder
	 * @see ProjectSpan#metadata(String, Object)
	 */
	ProjectSpanBuilder metadata(String key, @Nullable Object value);

	/**
	 * Record which turn of which conversation the span is: the attribute
	 * {@code gen_ai.conversation.id} of OpenTelemetry's conventions, and
	 * {@code metadata.turn}. The starter does not record them by itself.
	 * @param id the application's id of the conversation
	 * @param turn the number of the turn, starting with 1
	 * @return this builder
	 * @see <a href=
	 * "https://github.com/open-telemetry/semantic-conventions/blob/v1.41.1/docs/registry/attributes/gen-ai.md">OpenTelemetry,
	 * "Generative AI attributes"</a>
	 */
	ProjectSpanBuilder conversation(String id, long turn);

	/**
	 * Run work that returns a value inside the span. The span is current on this thread
	 * while the work runs, and always ends. An exception of the work is recorded as the
	 * error of the span, and thrown unchanged.
	 * <p>
	 * The returned value is the output of the span, unless the work sets one. Call
	 * {@code span.output(null)} to record nothing. For a stream, a future or a publisher
	 * the output is a note with its type: the starter never consumes it. A returned
	 * {@code null} or span is not recorded.
	 * @param work the work
	 * @param <T> the type of the value
	 * @param <E> the type of the checked exception that the work throws
	 * @return the value of the work
	 * @throws E the exception of the work
	 */
	// Kotlin cannot infer the type of the exception. The annotation makes it prefer our
	// extension function.
	@LowPriorityInOverloadResolution
	<T extends @Nullable Object, E extends Throwable> T call(SpanFunction<T, E> work) throws E;

	/**
	 * Run work that returns nothing inside the span, like {@link #call(SpanFunction)}.
	 * @param work the work
	 * @param <E> the type of the checked exception that the work throws
	 * @throws E the exception of the work
	 */
	<E extends Throwable> void run(SpanConsumer<E> work) throws E;

	/**
	 * Start the span without making it current. End it yourself.
	 * @return the started span
	 */
	@Override
	ProjectSpan startSpan();

	@Override
	ProjectSpanBuilder setParent(Context context);

	@Override
	ProjectSpanBuilder setNoParent();

	@Override
	ProjectSpanBuilder addLink(SpanContext spanContext);

	@Override
	ProjectSpanBuilder addLink(SpanContext spanContext, Attributes attributes);

	@Override
	ProjectSpanBuilder setAttribute(String key, @Nullable String value);

	@Override
	ProjectSpanBuilder setAttribute(String key, long value);

	@Override
	ProjectSpanBuilder setAttribute(String key, double value);

	@Override
	ProjectSpanBuilder setAttribute(String key, boolean value);

	@Override
	<T> ProjectSpanBuilder setAttribute(AttributeKey<T> key, @Nullable T value);

	@Override
	ProjectSpanBuilder setSpanKind(SpanKind spanKind);

	@Override
	ProjectSpanBuilder setStartTimestamp(long startTimestamp, TimeUnit unit);

}
