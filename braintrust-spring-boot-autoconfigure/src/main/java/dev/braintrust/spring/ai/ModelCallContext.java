package dev.braintrust.spring.ai;

import java.util.function.BooleanSupplier;

import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.content.LaterSpan;
import dev.braintrust.spring.content.SpanType;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import org.jspecify.annotations.Nullable;

/**
 * Marks a context in which a model call already has its span, so that clients inside the
 * call create no second one. A current span of type {@code llm} needs no mark.
 */
public final class ModelCallContext {

	private static final ContextKey<Call> CALL = ContextKey.named("braintrust-model-call");

	private static final Call NONE = new Call(null, () -> true);

	private ModelCallContext() {
	}

	// Return a context inside a call that has its span in one project.
	public static Context with(Context context, ProjectTracer tracer, BooleanSupplier ended) {
		return context.with(CALL, new Call(tracer, ended));
	}

	// Return a context inside a call that has its span, in any project.
	public static Context with(Context context, BooleanSupplier ended) {
		return context.with(CALL, new Call(null, ended));
	}

	// Return a context with the same model call as the surrounding context, or
	// without one.
	public static Context outside(Context context, Context around) {
		Call call = around.get(CALL);
		return context.with(CALL, (call != null) ? call : NONE);
	}

	// Whether this thread is inside a model call whose span covers all nested calls.
	public static boolean isUnderWay(ProjectTracer tracer) {
		Call call = Context.current().get(CALL);
		return (call != null && (call.tracer == null || call.tracer == tracer) && !call.ended.getAsBoolean())
				|| (tracer.currentSpan() instanceof LaterSpan span && span.type() == SpanType.LLM);
	}

	private record Call(@Nullable ProjectTracer tracer, BooleanSupplier ended) {
	}

}
