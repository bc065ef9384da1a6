package dev.braintrust.spring.ai.http;

import java.io.InputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ai.ModelCallContext;
import dev.braintrust.spring.ai.provider.Endpoint;
import dev.braintrust.spring.content.LaterSpan;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP exchange with a provider, recorded as an {@code llm} span. The caller only
 * pays for the span and a copy of the answer; both bodies are parsed when the span is
 * written. If the client retries a request, each attempt is an exchange.
 */
final class Exchange {

	private static final int ERROR = 400;

	private final ClientTracing tracing;

	private final Endpoint endpoint;

	private final ProjectSpan span;

	private final ExchangeContent content;

	private final boolean recording;

	private final AtomicBoolean ended = new AtomicBoolean();

	private @Nullable InputStream body;

	private Exchange(ClientTracing tracing, Endpoint endpoint, ProjectSpan span, ExchangeContent content) {
		this.tracing = tracing;
		this.endpoint = endpoint;
		this.span = span;
		this.content = content;
		this.recording = span.isRecording();
	}

	// Start an exchange, unless another span already covers it: the span of a surrounding
	// client, or of a model that uses this client.
	static @Nullable Exchange start(ClientTracing tracing, Endpoint endpoint, String baseUrl, RequestBody request,
			Context called) {
		try (Scope ignored = called.makeCurrent()) {
			if (ModelCallContext.isUnderWay(tracing.tracer())) {
				return null;
			}
			ExchangeContent content = new ExchangeContent(endpoint, endpoint.provider(baseUrl, tracing.provider()),
					request);
			ProjectSpan span = tracing.tracer().llmSpan(endpoint.spanName()).startSpan();
			if (span.isRecording() && span instanceof LaterSpan later) {
				later.late(content);
				content.answer().ask(later::hold);
			}
			return new Exchange(tracing, endpoint, span, content);
		}
	}

	// Make the span current, and mark the context for nested clients.
	Scope makeCurrent() {
		return this.tracing.see(
				() -> ModelCallContext.with(Context.current().with(this.span), this.ended::get).makeCurrent(),
				Scope.noop());
	}

	// The headers of the answer have arrived.
	void answered(IntSupplier statusCode, Supplier<List<String>> contentTypes) {
		this.tracing.observe(() -> {
			int status = statusCode.getAsInt();
			boolean stream = contentTypes.get().stream().findFirst().orElse("").startsWith("text/event-stream");
			this.content.answered(status, stream);
			if (stream) {
				this.span.updateName(this.endpoint.streamName());
			}
			if (status >= ERROR) {
				this.span.setStatus(StatusCode.ERROR);
			}
		});
	}

	// Return the body of the answer, the same one on each call.
	synchronized InputStream observed(Supplier<InputStream> answer) {
		InputStream body = this.body;
		if (body == null) {
			body = this.recording ? new AnswerStream(answer.get(), this) : answer.get();
			this.body = body;
		}
		return body;
	}

	void received(byte[] bytes, int offset, int length) {
		if (!this.ended.get()) {
			try {
				this.content.answer().add(bytes, offset, length);
			}
			catch (Throwable ex) {
				this.tracing.failed(ex);
			}
		}
	}

	void received(byte value) {
		if (!this.ended.get()) {
			try {
				this.content.answer().add(value);
			}
			catch (Throwable ex) {
				this.tracing.failed(ex);
			}
		}
	}

	// Send a request, and return its answer observed.
	static <T> T call(@Nullable Exchange exchange, Supplier<T> call, BiFunction<T, Exchange, T> observed) {
		if (exchange == null) {
			return call.get();
		}
		T answer;
		try (Scope ignored = exchange.makeCurrent()) {
			answer = call.get();
		}
		catch (Throwable ex) {
			exchange.fail(ex);
			throw ex;
		}
		return observed.apply(answer, exchange);
	}

	// Pass an answer on when it arrives, observed if possible. A failure is passed
	// on unchanged.
	static <T> BiFunction<CompletableFuture<T>, Exchange, CompletableFuture<T>> whenAnswered(
			BiFunction<T, Exchange, T> observed) {
		return (answered, exchange) -> {
			CompletableFuture<T> result = new CompletableFuture<>();
			answered.whenComplete((answer, failure) -> {
				if (failure != null) {
					exchange.fail(failure);
					result.completeExceptionally(failure);
				}
				else {
					@Nullable T handedOn = exchange.tracing.see(() -> observed.apply(answer, exchange));
					if (!result.complete((handedOn != null) ? handedOn : answer) || handedOn == null) {
						exchange.end();
					}
				}
			});
			return result;
		};
	}

	void fail(Throwable failure) {
		close(failure);
	}

	// The answer is complete, or the caller has stopped reading it.
	void end() {
		close(null);
	}

	private void close(@Nullable Throwable failure) {
		if (this.ended.compareAndSet(false, true)) {
			this.tracing.observe(() -> {
				if (failure != null) {
					this.span.recordException(unwrapped(failure));
				}
				this.span.end();
			});
		}
	}

	static Throwable unwrapped(Throwable failure) {
		Throwable cause = failure.getCause();
		return (failure instanceof CompletionException && cause != null) ? cause : failure;
	}

}
