package dev.braintrust.spring;

/**
 * Work that runs inside a span and returns nothing:
 * {@code tracer.taskSpan("triage").run((span) -> refunds.issue(order))}.
 *
 * @param <E> the type of the checked exception that the work throws, inferred as
 * {@link RuntimeException} if it throws no checked exception
 */
@FunctionalInterface
public interface SpanConsumer<E extends Throwable> {

	/**
	 * Run the work.
	 * @param span the span that the work runs in; it is current, and it ends when the
	 * work returns
	 * @throws E the exception of the work
	 */
	void accept(ProjectSpan span) throws E;

}
