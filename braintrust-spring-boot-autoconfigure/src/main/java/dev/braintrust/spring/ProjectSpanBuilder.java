package dev.braintrust.spring;

import java.util.concurrent.TimeUnit;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link ProjectSpan}. It ends in {@link #call(SpanFunction)},
 * {@link #run(SpanConsumer)} or {@link #startSpan()}.
 * <p>
 * {@link #setParent(Context)} takes this project's span of that context as the parent,
 * never the span of the application that stands in it.
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
	 * Say which conversation the span is a turn of: the attribute
	 * {@code gen_ai.conversation.id} of OpenTelemetry's conventions, and
	 * {@code metadata.turn}. The starter captures neither by itself.
	 * @param id the application's id of the conversation
	 * @param turn the number of the turn, the first of which is 1
	 * @return this builder
	 * @see <a href=
	 * "https://github.com/open-telemetry/semantic-conventions/blob/v1.41.1/docs/registry/attributes/gen-ai.md">OpenTelemetry,
	 * "Generative AI attributes"</a>
	 */
	ProjectSpanBuilder conversation(String id, long turn);

	/**
	 * Run work that returns a value inside the span. The span is current while the work
	 * runs on this thread, and is ended always. What the work throws is recorded as an
	 * error of the span and comes out as it is.
	 * <p>
	 * The returned value is the output of the span, unless the work sets one: set
	 * {@code span.output(null)} to record nothing of it. Nothing lazy is consumed: the
	 * output of a stream, a future or a publisher is a note that names its type. The
	 * output of {@code null} and of a returned span is absent.
	 * @param work the work
	 * @param <T> the type of the value
	 * @param <E> the type of the checked exception that the work throws
	 * @return the value of the work
	 * @throws E what the work throws
	 */
	<T extends @Nullable Object, E extends Throwable> T call(SpanFunction<T, E> work) throws E;

	/**
	 * Run work that returns nothing inside the span, as {@link #call(SpanFunction)} does.
	 * @param work the work
	 * @param <E> the type of the checked exception that the work throws
	 * @throws E what the work throws
	 */
	<E extends Throwable> void run(SpanConsumer<E> work) throws E;

	/**
	 * Start the span and hand it out. It is not current, and whoever takes it must end
	 * it.
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
