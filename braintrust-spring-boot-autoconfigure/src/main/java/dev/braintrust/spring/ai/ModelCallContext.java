package dev.braintrust.spring.ai;

import java.util.function.BooleanSupplier;

import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.content.LaterSpan;
import dev.braintrust.spring.content.SpanType;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import org.jspecify.annotations.Nullable;

/**
 * Says in a context that a call of a model has its span, so that no client inside the
 * call makes another one. Inside a span of type {@code llm} that is current nothing needs
 * to be said.
 */
public final class ModelCallContext {

	private static final ContextKey<Call> CALL = ContextKey.named("braintrust-model-call");

	private static final Call NONE = new Call(null, () -> true);

	private ModelCallContext() {
	}

	// A context inside a call of a project.
	public static Context with(Context context, ProjectTracer tracer, BooleanSupplier ended) {
		return context.with(CALL, new Call(tracer, ended));
	}

	// A context inside a call that has its span in whichever project.
	public static Context with(Context context, BooleanSupplier ended) {
		return context.with(CALL, new Call(null, ended));
	}

	// A context inside the call that another context is inside of, if that is any.
	public static Context outside(Context context, Context around) {
		Call call = around.get(CALL);
		return context.with(CALL, (call != null) ? call : NONE);
	}

	// Whether a call of a model is under way on this thread whose span stands for all
	// that is inside of it.
	public static boolean isUnderWay(ProjectTracer tracer) {
		Call call = Context.current().get(CALL);
		return (call != null && (call.tracer == null || call.tracer == tracer) && !call.ended.getAsBoolean())
				|| (tracer.currentSpan() instanceof LaterSpan span && span.type() == SpanType.LLM);
	}

	private record Call(@Nullable ProjectTracer tracer, BooleanSupplier ended) {
	}

}
