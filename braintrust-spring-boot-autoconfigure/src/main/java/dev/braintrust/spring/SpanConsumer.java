package dev.braintrust.spring;

/**
 * Work that runs inside a span and returns nothing.
 *
 * @param <E> the type of the checked exception that the work throws, inferred as
 * {@link RuntimeException} if it throws none
 */
@FunctionalInterface
public interface SpanConsumer<E extends Throwable> {

	/**
	 * Do the work.
	 * @param span the span that the work runs in; it is current, and it is ended by the
	 * caller
	 * @throws E whatever the work throws
	 */
	void accept(ProjectSpan span) throws E;

}
