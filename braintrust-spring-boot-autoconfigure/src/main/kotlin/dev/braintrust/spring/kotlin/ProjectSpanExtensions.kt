package dev.braintrust.spring.kotlin

import dev.braintrust.spring.ProjectSpan
import dev.braintrust.spring.ProjectSpanBuilder
import dev.braintrust.spring.trace.ProjectContext
import io.opentelemetry.context.Context
import io.opentelemetry.context.Scope
import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.ThreadContextElement
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.withContext

/**
 * Do work inside the span, as in Java: `tracer.rootSpan("answer").call { span -> ... }`.
 *
 * What the work returns is the output of the span, unless the work sets one, or returns nothing.
 */
public fun <T> ProjectSpanBuilder.call(work: (ProjectSpan) -> T): T =
	call<T, RuntimeException> { span -> work(span) }

/**
 * Do suspending work inside the span. The span is current on whatever threads the work and the coroutines that
 * it launches run.
 *
 * What the work returns is the output of the span, unless the work sets one, or returns nothing. A coroutine that
 * is cancelled is no error, unless it is because of a timeout.
 */
public suspend fun <T> ProjectSpanBuilder.callAndAwait(work: suspend CoroutineScope.(ProjectSpan) -> T): T {
	val span = startSpan()
	try {
		val value = withContext(span.asContextElement()) { work(span) }
		span.outputIfAbsent(value)
		return value
	} catch (failure: Throwable) {
		if (failure !is CancellationException || failure is TimeoutCancellationException) {
			span.recordException(failure)
		}
		throw failure
	} finally {
		span.end()
	}
}

/**
 * An element by which the span is current in a coroutine: `withContext(span.asContextElement()) { ... }`. The
 * span is not ended. What else is current on the threads stays, such as the span of the application.
 */
public fun ProjectSpan.asContextElement(): CoroutineContext = CurrentSpans(Context.current().with(this))

/** Makes the spans of projects that a context holds current on each thread that a coroutine is resumed on. */
private class CurrentSpans(private val spans: Context) :
	AbstractCoroutineContextElement(CurrentSpans), ThreadContextElement<Scope> {

	companion object Key : CoroutineContext.Key<CurrentSpans>

	override fun updateThreadContext(context: CoroutineContext): Scope =
		ProjectContext.merge(Context.current(), spans).makeCurrent()

	override fun restoreThreadContext(context: CoroutineContext, oldState: Scope) = oldState.close()

}
