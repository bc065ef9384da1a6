package dev.braintrust.spring.ai.model;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ai.ObservedFlux;
import dev.braintrust.spring.ai.OpenSpan;
import dev.braintrust.spring.ai.message.BeanProperty;
import dev.braintrust.spring.ai.provider.Provider;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

import org.springframework.ai.model.ModelOptions;
import org.springframework.ai.model.ModelRequest;

/**
 * One execution of a model: an {@code llm} span and the result received so far. Each
 * subscription to a stream is an execution.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/instrumentation-guide.md#multimodal-api-surfaces">Braintrust's
 * instrumentation guide, "Multimodal API surfaces"</a>
 */
final class ModelExecution extends OpenSpan implements ObservedFlux.Observer<Object> {

	private final ModelTracing tracing;

	private final boolean recording;

	private final ModelKind.Result result;

	private ModelExecution(ModelTracing tracing, ProjectSpan span, ModelKind.Result result) {
		super(tracing, span);
		this.tracing = tracing;
		this.recording = span.isRecording();
		this.result = result;
	}

	@Override
	public void received(Object response) {
		if (this.recording) {
			step(() -> {
				if (this.result.add(response)) {
					contentCame();
				}
			});
		}
	}

	@Override
	public void failed(Throwable failure) {
		step(() -> fail(failure));
	}

	// A stream may be cancelled while a chunk arrives.
	@Override
	public void ended() {
		step(this::end);
	}

	@Override
	protected void write() {
		if (this.recording) {
			this.result.write(span());
		}
	}

	/**
	 * A request to a model, before its execution.
	 *
	 * @param kind the kind of the model
	 */
	record Request(ModelTracing tracing, Object model, ModelKind kind, ModelRequest<?> request) {

		@Nullable Object call(ModelInterceptor.Invocation target) throws Throwable {
			ModelExecution execution = start(Context.current());
			if (execution == null) {
				return target.proceed();
			}
			Object result;
			try (Scope ignored = execution.span().makeCurrent()) {
				result = target.proceed();
			}
			catch (Throwable ex) {
				execution.fail(ex);
				throw ex;
			}
			if (result != null && execution.recording) {
				this.tracing.observe(() -> execution.result.add(result));
			}
			execution.end();
			return result;
		}

		@Nullable Object stream(ModelInterceptor.Invocation target) throws Throwable {
			Context sent = Context.current();
			Object result;
			try {
				result = target.proceed();
			}
			catch (Throwable ex) {
				ModelExecution execution = start(sent);
				if (execution != null) {
					execution.fail(ex);
				}
				throw ex;
			}
			return (result instanceof Flux<?> stream) ? Flux.defer(() -> observed(stream, sent)) : result;
		}

		// The span ends before the subscriber sees the end.
		private Flux<?> observed(Flux<?> stream, Context sent) {
			boolean below = this.tracing.tracer().currentSpan().getSpanContext().isValid();
			ModelExecution execution = start(below ? Context.current() : sent);
			return (execution != null) ? ObservedFlux.of(stream, execution) : stream;
		}

		private @Nullable ModelExecution start(Context parent) {
			return this.tracing.see(() -> {
				ProjectSpan span = this.tracing.tracer().llmSpan(this.kind.spanName()).setParent(parent).startSpan();
				ModelExecution execution = new ModelExecution(this.tracing, span,
						this.kind.result(this.tracing.content()));
				if (execution.recording) {
					this.tracing.observe(() -> describe(execution));
				}
				return execution;
			});
		}

		private void describe(ModelExecution execution) {
			// Most models return their options from a method that no interface declares.
			ModelOptions defaults = (BeanProperty.read(this.model, "options") instanceof ModelOptions options) ? options
					: null;
			ModelOptions requested = this.request.getOptions();
			Provider provider = Provider.of(this.model, requested, defaults);
			// A model always calls the endpoint that it was created for.
			Provider.write(execution.span(), "provider",
					provider.name((defaults != null) ? defaults : requested, this.tracing.provider()));
			execution.result.requested(this.request, defaults);
			Object input = this.tracing.content().input() ? this.kind.input(this.request, this.tracing.content())
					: null;
			if (input != null) {
				execution.span().input(input);
			}
		}

	}

}
