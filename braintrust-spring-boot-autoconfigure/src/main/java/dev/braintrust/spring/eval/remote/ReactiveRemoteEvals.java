package dev.braintrust.spring.eval.remote;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import dev.braintrust.spring.api.BackgroundThreads;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.ApplicationContext;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * Serves remote evaluations in a reactive application.
 */
final class ReactiveRemoteEvals implements WebFilter, DisposableBean {

	// Threads for authentication, for reading bodies, and for immediate responses.
	private static final int THREADS = 64;

	private final RemoteEvals evals;

	private final ApplicationContext context;

	// Requests block their thread, and an application with one core has only ten
	// elastic threads.
	private final Scheduler threads;

	ReactiveRemoteEvals(RemoteEvals evals, ApplicationContext context) {
		this.evals = evals;
		this.context = context;
		// A run without events also blocks a thread until its summary is available.
		this.threads = Schedulers
			.fromExecutorService(BackgroundThreads.pool("braintrust-eval-requests", THREADS + evals.maxRuns()));
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		ServerHttpRequest request = exchange.getRequest();
		String below = this.evals.below(request.getPath().pathWithinApplication().value());
		// A separate management server also calls the filters of the application.
		if (below == null || exchange.getApplicationContext() != this.context) {
			return chain.filter(exchange);
		}
		RemoteRequest asked = new RemoteRequest(request.getMethod().name(), below, request.getHeaders()::getFirst,
				(max, slowest) -> read(request, max, slowest));
		// The authentication calls Braintrust and perhaps a blocking bean of the
		// application. If the client disconnects, at any time, the run is cancelled.
		return Mono
			.using(() -> this.evals.answer(asked), (answer) -> write(answer, exchange.getResponse()),
					RemoteAnswer::abandon)
			.subscribeOn(this.threads);
	}

	@Override
	public void destroy() {
		this.threads.dispose();
	}

	private static byte[] read(ServerHttpRequest request, long max, Duration slowest) {
		if (request.getHeaders().getContentLength() > max) {
			throw RequestProblem.tooLarge(max);
		}
		try {
			DataBuffer body = DataBufferUtils.join(request.getBody(), (int) max)
				.timeout(slowest, Mono.error(() -> RequestProblem.tooSlow(slowest)))
				.block();
			byte[] bytes = new byte[(body != null) ? body.readableByteCount() : 0];
			if (body != null) {
				body.read(bytes);
				DataBufferUtils.release(body);
			}
			return bytes;
		}
		catch (DataBufferLimitException ex) {
			throw RequestProblem.tooLarge(max);
		}
	}

	private static Mono<Void> write(RemoteAnswer answer, ServerHttpResponse response) {
		if (answer instanceof RemoteAnswer.Events events) {
			return stream(events, response);
		}
		RemoteAnswer.Text text = (RemoteAnswer.Text) answer;
		response.setStatusCode(HttpStatusCode.valueOf(text.status()));
		text.headers().forEach(response.getHeaders()::set);
		byte[] body = text.body().getBytes(StandardCharsets.UTF_8);
		if (body.length == 0) {
			return response.setComplete();
		}
		response.getHeaders().setContentLength(body.length);
		return response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
	}

	private static Mono<Void> stream(RemoteAnswer.Events answer, ServerHttpResponse response) {
		RunEvents events = answer.events();
		Scheduler thread = Schedulers.newSingle(BackgroundThreads.named("braintrust-eval-events"));
		answer.headers().forEach(response.getHeaders()::set);
		Flux<Publisher<DataBuffer>> body = Flux.<String>generate((sink) -> next(events, sink))
			.subscribeOn(thread)
			// A client that reads nothing requests no events.
			.timeout(events.patience())
			.doFinally((signal) -> {
				events.close();
				thread.dispose();
			})
			.map((event) -> Mono.just(response.bufferFactory().wrap(event.getBytes(StandardCharsets.UTF_8))));
		return response.writeAndFlushWith(body);
	}

	private static void next(RunEvents events, SynchronousSink<String> sink) {
		String event = events.next();
		if (event != null) {
			sink.next(event);
		}
		else {
			sink.complete();
		}
	}

}
