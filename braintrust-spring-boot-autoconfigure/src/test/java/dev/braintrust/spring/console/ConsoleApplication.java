package dev.braintrust.spring.console;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustChatAutoConfiguration;
import dev.braintrust.spring.support.ScriptedModel;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.http.server.reactive.ContextPathCompositeHandler;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.web.filter.ServerHttpObservationFilter;
import org.springframework.web.server.WebHandler;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;

/**
 * An application with a console and a project without a key, on each kind of server.
 */
final class ConsoleApplication implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private final int port;

	ConsoleApplication(Kind kind, String... properties) {
		List<String> all = new ArrayList<>(
				List.of("braintrust.console.enabled=true", "braintrust.projects.support.name=Support Agent",
						"braintrust.check-on-startup=false", "server.port=0", "spring.main.banner-mode=off"));
		if (kind == Kind.PLAIN) {
			all.add("braintrust.console.port=0");
		}
		all.addAll(List.of(properties));
		this.context = new SpringApplicationBuilder(kind.configuration).web(kind.type)
			.run(all.stream().map((property) -> "--" + property).toArray(String[]::new));
		ConsoleServer server = this.context.getBeanProvider(ConsoleServer.class).getIfAvailable();
		this.port = (server != null) ? server.port()
				: this.context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

	ConfigurableApplicationContext context() {
		return this.context;
	}

	int port() {
		return this.port;
	}

	String url() {
		return "http://localhost:" + this.port + "/braintrust/";
	}

	ProjectTracer tracer() {
		return tracer("support");
	}

	ProjectTracer tracer(String project) {
		return this.context.getBean(BraintrustProjects.class).tracer(project);
	}

	JsonNode json(String path) throws IOException {
		Answer answer = get("/braintrust/api/" + path);
		if (answer.status() != 200) {
			throw new IllegalStateException("Status " + answer.status());
		}
		return new JsonMapper().readTree(answer.body());
	}

	// The traces, the latest first.
	JsonNode traces() throws IOException {
		return json("state").path("traces");
	}

	Answer get(String path, String... headers) throws IOException {
		return request("GET", path, headers);
	}

	// A request over a plain socket, because HTTP clients refuse to send some headers.
	Answer request(String method, String path, String... headers) throws IOException {
		Map<String, String> sent = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		sent.put("Host", "localhost:" + this.port);
		for (int i = 0; i < headers.length; i += 2) {
			sent.put(headers[i], headers[i + 1]);
		}
		StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nConnection: close\r\n");
		sent.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.port)) {
			socket.getOutputStream().write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
			return Answer.read(socket.getInputStream());
		}
	}

	@Override
	public void close() {
		this.context.close();
	}

	/**
	 * The kind of server.
	 */
	enum Kind {

		PLAIN(WebApplicationType.NONE, Plain.class), SERVLET(WebApplicationType.SERVLET, Servlets.class),
		REACTIVE(WebApplicationType.REACTIVE, Reactive.class);

		private final WebApplicationType type;

		private final Class<?> configuration;

		Kind(WebApplicationType type, Class<?> configuration) {
			this.type = type;
			this.configuration = configuration;
		}

	}

	/**
	 * A received answer.
	 */
	record Answer(int status, Map<String, String> headers, byte[] bytes) {

		static Answer read(InputStream stream) throws IOException {
			byte[] all = stream.readAllBytes();
			String text = new String(all, StandardCharsets.ISO_8859_1);
			int end = text.indexOf("\r\n\r\n");
			String[] lines = text.substring(0, end).split("\r\n");
			Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
			for (int i = 1; i < lines.length; i++) {
				int colon = lines[i].indexOf(':');
				headers.put(lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
						lines[i].substring(colon + 1).strip());
			}
			byte[] body = new byte[all.length - end - 4];
			System.arraycopy(all, end + 4, body, 0, body.length);
			return new Answer(Integer.parseInt(lines[0].split(" ")[1]), headers, body);
		}

		String body() {
			return new String(this.bytes, StandardCharsets.UTF_8);
		}

	}

	/**
	 * The names of the observed requests.
	 */
	static final class Observed implements ObservationHandler<Observation.Context> {

		private final List<String> names = new CopyOnWriteArrayList<>();

		List<String> names() {
			return this.names;
		}

		@Override
		public void onStart(Observation.Context context) {
			this.names.add(context.getName());
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

	/**
	 * No web server.
	 */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ BraintrustAutoConfiguration.class, BraintrustChatAutoConfiguration.class,
			BraintrustConsoleAutoConfiguration.class })
	static class Plain {

		@Bean
		ObservationRegistry observations(Observed observed) {
			ObservationRegistry registry = ObservationRegistry.create();
			registry.observationConfig().observationHandler(observed);
			return registry;
		}

		@Bean
		Observed observed() {
			return new Observed();
		}

		@Bean
		@BraintrustProject("support")
		ChatClient supportChat() {
			return ChatClient.create(new ScriptedModel().says("It is on its way."));
		}

		// Masks texts that only filter tests use.
		@Bean
		ContentFilter secretFilter() {
			return (text, field) -> text.contains("drop this") ? null : text.replace("4711", "####");
		}

	}

	/**
	 * Tomcat, with one servlet for everything else.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Servlets extends Plain {

		@Bean
		TomcatServletWebServerFactory servers(Environment environment) {
			return new TomcatServletWebServerFactory(environment.getProperty("server.servlet.context-path", ""), 0);
		}

		// In the same order as in Boot.
		@Bean
		FilterRegistrationBean<ServerHttpObservationFilter> observing(ObservationRegistry observations) {
			FilterRegistrationBean<ServerHttpObservationFilter> registration = new FilterRegistrationBean<>(
					new ServerHttpObservationFilter(observations));
			registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 1);
			return registration;
		}

		@Bean
		ServletRegistrationBean<HttpServlet> application() {
			return new ServletRegistrationBean<>(new HttpServlet() {

				@Override
				protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
					response.getWriter().write("the application");
				}

			}, "/*");
		}

	}

	/**
	 * Netty, with one handler for everything else.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Reactive extends Plain {

		@Bean
		NettyReactiveWebServerFactory servers() {
			return new NettyReactiveWebServerFactory(0);
		}

		@Bean
		WebHandler webHandler() {
			return (exchange) -> exchange.getResponse()
				.writeWith(Mono.just(exchange.getResponse()
					.bufferFactory()
					.wrap("the application".getBytes(StandardCharsets.UTF_8))));
		}

		@Bean
		HttpHandler httpHandler(ConfigurableApplicationContext context) {
			HttpHandler handler = WebHttpHandlerBuilder.applicationContext(context).build();
			String path = context.getEnvironment().getProperty("spring.webflux.base-path");
			return (path != null) ? new ContextPathCompositeHandler(Map.of(path, handler)) : handler;
		}

	}

}
