package dev.braintrust.spring;

import org.jspecify.annotations.Nullable;

/**
 * Work that runs inside a span and returns a value.
 *
 * @param <T> the type of the value
 * @param <E> the type of the checked exception that the work throws, inferred as
 * {@link RuntimeException} if it throws none
 */
@FunctionalInterface
public interface SpanFunction<T extends @Nullable Object, E extends Throwable> {

	/**
	 * Do the work.
	 * @param span the span that the work runs in; it is current, and it is ended by the
	 * caller
	 * @return the value of the work
	 * @throws E whatever the work throws
	 */
	T apply(ProjectSpan span) throws E;

}
