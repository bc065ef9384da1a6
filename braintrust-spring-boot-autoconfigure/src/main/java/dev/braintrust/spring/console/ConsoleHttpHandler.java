package dev.braintrust.spring.console;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;

/**
 * Serves the console in a reactive application, before anything that observes requests.
 */
final class ConsoleHttpHandler implements HttpHandler {

	private final Console console;

	private final HttpHandler application;

	private final Supplier<@Nullable Integer> port;

	// The port supplier returns the application's port, null before it is known.
	ConsoleHttpHandler(Console console, HttpHandler application, Supplier<@Nullable Integer> port) {
		this.console = console;
		this.application = application;
		this.port = port;
	}

	@Override
	public Mono<Void> handle(ServerHttpRequest request, ServerHttpResponse response) {
		String path = request.getPath().pathWithinApplication().value();
		if (!Console.has(path) || isOfManagement(request)) {
			return this.application.handle(request, response);
		}
		ConsoleRequest asked = new ConsoleRequest(request.getMethod().name(),
				path.substring(ConsoleRequest.PATH.length()), request.getURI().getRawQuery(),
				address(request.getRemoteAddress()), address(request.getLocalAddress()),
				request.getHeaders()::getFirst);
		// Not on the event loop: the answer may write content, and content filters of the
		// application may block.
		return Mono.fromCallable(() -> this.console.answer(asked))
			.subscribeOn(Schedulers.boundedElastic())
			.flatMap((answer) -> write(answer, request, response));
	}

	// Boot also applies the application's decorators to a separate management server.
	private boolean isOfManagement(ServerHttpRequest request) {
		InetSocketAddress local = request.getLocalAddress();
		Integer port = this.port.get();
		return local != null && port != null && local.getPort() != port;
	}

	private static Mono<Void> write(ConsoleResponse answer, ServerHttpRequest request, ServerHttpResponse response) {
		response.setStatusCode(HttpStatusCode.valueOf(answer.status()));
		answer.headers().forEach(response.getHeaders()::set);
		response.getHeaders().setContentLength(answer.body().length);
		if (request.getMethod() == HttpMethod.HEAD) {
			return response.setComplete();
		}
		DataBuffer body = response.bufferFactory().wrap(answer.body());
		return response.writeWith(Mono.just(body));
	}

	private static @Nullable InetAddress address(@Nullable InetSocketAddress address) {
		return (address != null) ? address.getAddress() : null;
	}

}
