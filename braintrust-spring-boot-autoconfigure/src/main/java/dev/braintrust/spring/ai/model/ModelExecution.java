package dev.braintrust.spring.ai.model;

import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ai.message.BeanProperty;
import dev.braintrust.spring.ai.provider.Provider;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

import org.springframework.ai.model.ModelOptions;
import org.springframework.ai.model.ModelRequest;

/**
 * One execution of a model: an {@code llm} span. A stream is an execution for each
 * subscription.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/instrumentation-guide.md#multimodal-api-surfaces">Braintrust's
 * instrumentation guide, "Multimodal API surfaces"</a>
 */
final class ModelExecution {

	private final ModelTracing tracing;

	private final Object model;

	private final ModelKind kind;

	private final ModelRequest<?> request;

	ModelExecution(ModelTracing tracing, Object model, ModelKind kind, ModelRequest<?> request) {
		this.tracing = tracing;
		this.model = model;
		this.kind = kind;
		this.request = request;
	}

	@Nullable Object call(ModelInterceptor.Invocation target) throws Throwable {
		Run run = start(Context.current());
		if (run == null) {
			return target.proceed();
		}
		Object result;
		try (Scope ignored = run.span.makeCurrent()) {
			result = target.proceed();
		}
		catch (Throwable ex) {
			run.fail(ex);
			throw ex;
		}
		run.received(result);
		run.end();
		return result;
	}

	@Nullable Object stream(ModelInterceptor.Invocation target) throws Throwable {
		Context sent = Context.current();
		Object result;
		try {
			result = target.proceed();
		}
		catch (Throwable ex) {
			Run run = start(sent);
			if (run != null) {
				run.fail(ex);
			}
			throw ex;
		}
		return (result instanceof Flux<?> stream) ? Flux.defer(() -> observed(stream, sent)) : result;
	}

	private <T> Flux<T> observed(Flux<T> stream, Context sent) {
		boolean below = this.tracing.tracer().currentSpan().getSpanContext().isValid();
		Run run = start(below ? Context.current() : sent);
		if (run == null || !run.recording) {
			return (run != null) ? stream.doFinally((signal) -> run.end()) : stream;
		}
		// The span ends before the subscriber learns of the end.
		return stream.doOnNext(run::chunk).doOnError(run::fail).doOnComplete(run::end).doOnCancel(run::end);
	}

	private @Nullable Run start(Context parent) {
		return this.tracing.see(() -> {
			ProjectSpan span = this.tracing.tracer().llmSpan(this.kind.spanName()).setParent(parent).startSpan();
			Run run = new Run(span, this.kind.result(this.tracing.content()));
			if (run.recording) {
				this.tracing.observe(() -> describe(run));
			}
			return run;
		});
	}

	private void describe(Run run) {
		// Most models show their options, by a method that no interface has.
		ModelOptions defaults = (BeanProperty.read(this.model, "options") instanceof ModelOptions options) ? options
				: null;
		ModelOptions requested = this.request.getOptions();
		Provider provider = Provider.of(this.model, requested, defaults);
		// The model keeps to the endpoint that it was made for.
		Provider.write(run.span, "provider",
				provider.name((defaults != null) ? defaults : requested, this.tracing.provider()));
		run.result.requested(this.request, defaults);
		Object input = this.tracing.content().input() ? this.kind.input(this.request, this.tracing.content()) : null;
		if (input != null) {
			run.span.input(input);
		}
	}

	/**
	 * The span, and what has arrived so far.
	 */
	private final class Run {

		private final AtomicBoolean ended = new AtomicBoolean();

		private final long startedAt = System.nanoTime();

		private final ProjectSpan span;

		private final boolean recording;

		private final ModelKind.Result result;

		private boolean hasContent;

		Run(ProjectSpan span, ModelKind.Result result) {
			this.span = span;
			this.recording = span.isRecording();
			this.result = result;
		}

		void received(@Nullable Object response) {
			if (this.recording && response != null) {
				ModelExecution.this.tracing.observe(() -> this.result.add(response));
			}
		}

		void chunk(Object response) {
			ModelExecution.this.tracing.observe(() -> add(response));
		}

		// A stream can be cancelled while a chunk is on its way.
		private synchronized void add(Object response) {
			boolean content = this.result.add(response);
			if (content && !this.hasContent) {
				this.hasContent = true;
				long elapsed = System.nanoTime() - this.startedAt;
				this.span.metric("time_to_first_token", elapsed / (double) TimeUnit.SECONDS.toNanos(1));
			}
		}

		private synchronized void write() {
			this.result.write(this.span);
		}

		void fail(Throwable failure) {
			Throwable cause = (failure instanceof CompletionException) ? failure.getCause() : null;
			this.span.recordException((cause != null) ? cause : failure);
			end();
		}

		void end() {
			if (this.ended.compareAndSet(false, true)) {
				if (this.recording) {
					ModelExecution.this.tracing.observe(this::write);
				}
				this.span.end();
			}
		}

	}

}
