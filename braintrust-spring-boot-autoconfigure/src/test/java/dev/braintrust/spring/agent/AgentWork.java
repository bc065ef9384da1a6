package dev.braintrust.spring.agent;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectSpanBuilder;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.StoredTraceContext;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.beans.factory.ObjectProvider;

/**
 * The work of the application, with and without the starter: it sends a request to
 * itself, the agent of one project calls the agent of another one on other threads, and
 * the application traces its own work.
 */
class AgentWork {

	private final ChatClient supportChat;

	private final ChatClient researchChat;

	private final ObjectProvider<BraintrustProjects> projects;

	AgentWork(@BraintrustProject("support") ChatClient supportChat,
			@BraintrustProject("research") ChatClient researchChat, ObjectProvider<BraintrustProjects> projects) {
		this.supportChat = supportChat;
		this.researchChat = researchChat;
		this.projects = projects;
	}

	void serveOneRequest() throws Exception {
		HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		ExecutorService executor = Executors.newSingleThreadExecutor();
		server.setExecutor(executor);
		server.createContext("/ask", this::answer);
		server.start();
		try {
			URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/ask");
			String reply = HttpClient.newHttpClient()
				.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
				.body();
			if (!reply.equals("It is 42. Indeed.")) {
				throw new IllegalStateException("Unexpected reply: " + reply);
			}
		}
		finally {
			server.stop(0);
			executor.shutdown();
		}
	}

	private void answer(HttpExchange exchange) {
		Baggage baggage = Baggage.builder().put("braintrust.parent", "project_name:Nobody").build();
		try (exchange; Scope ignored = baggage.makeCurrent()) {
			byte[] reply = application("handle", this::converse).getBytes(StandardCharsets.UTF_8);
			exchange.sendResponseHeaders(200, reply.length);
			exchange.getResponseBody().write(reply);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private String converse() {
		StoredTraceContext conversation = StoredTraceContext.of(new HashMap<>());
		ExecutorService plain = Executors.newFixedThreadPool(2);
		ExecutorService wrapping = Context.taskWrapping(plain);
		try {
			String first = turn(conversation, () -> ask(wrapping));
			String second = turn(conversation, this::stream);
			project((tracer) -> tracer.taskSpan("job"),
					() -> get(plain, () -> project((tracer) -> tracer.taskSpan("carried"), () -> "done")));
			project((tracer) -> tracer.rootSpan("sender"), () -> receive(send(), () -> "received"));
			return first + " " + second;
		}
		finally {
			plain.shutdown();
		}
	}

	private String turn(StoredTraceContext conversation, Supplier<String> work) {
		return project((tracer) -> tracer.inTrace(conversation, "turn"), work);
	}

	private String ask(ExecutorService executor) {
		return this.supportChat.prompt("What is it?")
			.tools(FunctionToolCallback.builder("askResearch", () -> askResearch(executor)).description("Asks").build())
			.call()
			.content();
	}

	private String askResearch(ExecutorService executor) {
		return application("look up", () -> get(executor, () -> project((tracer) -> tracer.functionSpan("delegate"),
				() -> this.researchChat.prompt("Find it").call().content())));
	}

	private String stream() {
		return String.join("",
				this.supportChat.prompt("Really?").stream().content().collectList().blockOptional().orElseThrow());
	}

	private Map<String, String> send() {
		Map<String, String> message = new HashMap<>();
		this.projects.ifAvailable(
				(projects) -> projects.tracer("support").propagator().inject(Context.current(), message, Map::put));
		return message;
	}

	private String receive(Map<String, String> message, Supplier<String> work) {
		return project((tracer) -> tracer.functionSpan("receiver")
			.setParent(tracer.propagator().extract(Context.root(), message, MessageGetter.INSTANCE)), work);
	}

	private static String get(ExecutorService executor, Supplier<String> work) {
		try {
			return executor.submit(work::get).get();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private String project(Function<ProjectTracer, ProjectSpanBuilder> builder, Supplier<String> work) {
		BraintrustProjects projects = this.projects.getIfAvailable();
		return (projects != null) ? builder.apply(projects.tracer("support")).call((span) -> work.get()) : work.get();
	}

	private static String application(String name, Supplier<String> work) {
		Span span = GlobalOpenTelemetry.getOrNoop().getTracer("application").spanBuilder(name).startSpan();
		try (Scope ignored = span.makeCurrent()) {
			return work.get();
		}
		finally {
			span.end();
		}
	}

	/**
	 * Reads the headers of a message.
	 */
	private enum MessageGetter implements TextMapGetter<Map<String, String>> {

		INSTANCE;

		@Override
		public Iterable<String> keys(Map<String, String> message) {
			return message.keySet();
		}

		@Override
		public String get(Map<String, String> message, String key) {
			return message.get(key);
		}

	}

}
