package dev.braintrust.spring;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import org.jspecify.annotations.Nullable;

/**
 * An OpenTelemetry {@link Span} of one Braintrust project, with the fields that
 * Braintrust shows:
 *
 * <pre class="code">
 * tracer.taskSpan("triage").run((span) -&gt; span.input(question)
 * 	.metadata("tier", "gold")
 * 	.score("confidence", 0.9)
 * 	.output(queue));
 * </pre>
 *
 * You can pass any object as a value. It is written as JSON immediately, on your thread,
 * so later changes have no effect. A value without a JSON form becomes a note with its
 * type, and {@code null} is the JSON {@code null}. No method throws because of a value.
 * <p>
 * {@link #makeCurrent()} makes the span current for its project only:
 * {@code Span.current()} is still the application's span.
 */
public interface ProjectSpan extends Span {

	/**
	 * The input of the operation, any JSON ({@code braintrust.input_json}). The last call
	 * overrides earlier ones.
	 * @param value the value
	 * @return this span
	 */
	ProjectSpan input(@Nullable Object value);

	/**
	 * The result of the operation, any JSON ({@code braintrust.output_json}). The last
	 * call overrides earlier ones.
	 * @param value the value
	 * @return this span
	 */
	ProjectSpan output(@Nullable Object value);

	/**
	 * The result of the operation, unless {@link #output(Object)} sets one before or
	 * after this call. {@link ProjectSpanBuilder#call(SpanFunction)} sets the returned
	 * value this way. A {@code null} and a span are ignored.
	 * @param value the value
	 * @return this span
	 */
	ProjectSpan outputIfAbsent(@Nullable Object value);

	/**
	 * A field of the span's metadata ({@code braintrust.metadata}, a JSON object).
	 * @param key the name of the field
	 * @param value its value, any JSON
	 * @return this span
	 */
	ProjectSpan metadata(String key, @Nullable Object value);

	/**
	 * A metric of the span ({@code braintrust.metrics}, a JSON object of numbers), such
	 * as {@code prompt_tokens}. Braintrust derives {@code start} and {@code end} from the
	 * span itself. A value that is not finite is ignored.
	 * @param key the name of the metric
	 * @param value its value
	 * @return this span
	 */
	ProjectSpan metric(String key, Number value);

	/**
	 * Tags of the span ({@code braintrust.tags}), in addition to earlier ones.
	 * @param tags the tags
	 * @return this span
	 */
	ProjectSpan tags(String... tags);

	/**
	 * A score of the span ({@code braintrust.scores}, a JSON object of numbers).
	 * @param key the name of the score
	 * @param value a number from 0 to 1; other numbers are ignored
	 * @return this span
	 */
	ProjectSpan score(String key, double value);

	@Override
	ProjectSpan setAttribute(String key, @Nullable String value);

	@Override
	ProjectSpan setAttribute(String key, long value);

	@Override
	ProjectSpan setAttribute(String key, double value);

	@Override
	ProjectSpan setAttribute(String key, boolean value);

	@Override
	<T> ProjectSpan setAttribute(AttributeKey<T> key, @Nullable T value);

	@Override
	ProjectSpan addEvent(String name);

	@Override
	ProjectSpan addEvent(String name, Attributes attributes);

	@Override
	ProjectSpan setStatus(StatusCode statusCode);

	@Override
	ProjectSpan setStatus(StatusCode statusCode, String description);

	/**
	 * Record an error: Braintrust shows the span as failed. Adds the exception event of
	 * OpenTelemetry and sets the status to {@link StatusCode#ERROR}.
	 * @param exception the error
	 * @return this span
	 */
	@Override
	ProjectSpan recordException(Throwable exception);

	@Override
	ProjectSpan recordException(Throwable exception, Attributes additionalAttributes);

	@Override
	ProjectSpan updateName(String name);

}
