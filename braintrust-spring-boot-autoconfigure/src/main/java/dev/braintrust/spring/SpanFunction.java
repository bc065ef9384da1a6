package dev.braintrust.spring;

import org.jspecify.annotations.Nullable;

/**
 * Work that runs inside a span and returns a value:
 * {@code tracer.taskSpan("triage").call((span) -> classify(question))}.
 *
 * @param <T> the type of the value
 * @param <E> the type of the checked exception that the work throws, inferred as
 * {@link RuntimeException} if it throws no checked exception
 */
@FunctionalInterface
public interface SpanFunction<T extends @Nullable Object, E extends Throwable> {

	/**
	 * Run the work.
	 * @param span the span that the work runs in; it is current, and it ends when the
	 * work returns
	 * @return the value of the work
	 * @throws E the exception of the work
	 */
	T apply(ProjectSpan span) throws E;

}
