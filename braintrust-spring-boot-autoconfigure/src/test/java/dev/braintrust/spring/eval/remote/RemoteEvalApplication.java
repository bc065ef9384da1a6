package dev.braintrust.spring.eval.remote;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

import dev.braintrust.spring.Attachments;
import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.eval.BraintrustEvals;
import dev.braintrust.spring.eval.Eval;
import dev.braintrust.spring.eval.EvalParameter;
import dev.braintrust.spring.eval.EvalRow;
import dev.braintrust.spring.eval.ProjectEvals;
import dev.braintrust.spring.eval.RemoteEvalAuthorizer;
import dev.braintrust.spring.eval.score.Scorers;
import dev.braintrust.spring.export.ExportStatus;
import dev.braintrust.spring.support.BraintrustData;
import dev.braintrust.spring.support.BraintrustServer;
import dev.braintrust.spring.support.Playground;
import dev.braintrust.spring.trace.SpanDestination;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.Shutdown;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.web.server.WebHandler;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;

/**
 * An application with remote evaluations, on each kind of server, with its own stand-in
 * for Braintrust.
 */
final class RemoteEvalApplication implements AutoCloseable {

	static final String OWN_KEY = "sk-of-the-application";

	static final String CALLER = "token-of-the-caller";

	static final String ORGANIZATION = "Acme";

	private final BraintrustServer braintrust = new BraintrustServer();

	private final ConfigurableApplicationContext context;

	private final int port;

	RemoteEvalApplication(Kind kind, String... properties) {
		List<String> all = new ArrayList<>(List.of("braintrust.evals.remote.enabled=true",
				"braintrust.projects.support.id=" + BraintrustData.PROJECT_ID,
				"braintrust.projects.support.api-key=" + OWN_KEY, "braintrust.projects.billing.name=billing",
				"braintrust.projects.billing.api-key=sk-of-billing", "braintrust.api-url=" + this.braintrust.url(),
				"braintrust.app-url=" + this.braintrust.url(), "braintrust.check-on-startup=false", "server.port=0",
				"spring.main.banner-mode=off"));
		all.addAll(List.of(properties));
		this.context = new SpringApplicationBuilder(kind.configuration).web(kind.type)
			.run(all.stream().map((property) -> "--" + property).toArray(String[]::new));
		this.port = this.context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

	BraintrustServer braintrust() {
		return this.braintrust;
	}

	BraintrustProjects projects() {
		return this.context.getBean(BraintrustProjects.class);
	}

	// How the export of a project goes, as its health and its meters show it.
	ExportStatus status(String key) {
		return this.context.getBean(SpanDestination.class).pipeline().status(key);
	}

	ProjectEvals evals(String key) {
		return this.context.getBean(BraintrustEvals.class).of(key);
	}

	@SuppressWarnings("unchecked")
	Eval<String, String, String> sleeping() {
		return this.context.getBean("sleeping", Eval.class);
	}

	RemoteEvals evals() {
		return this.context.getBean(RemoteEvals.class);
	}

	// A second endpoint of the application, with one run at a time, on threads of
	// the test.
	RemoteEvals evals(ThreadFactory threads) {
		return evals(threads, Duration.ofMillis(200));
	}

	RemoteEvals evals(ThreadFactory threads, Duration heartbeat) {
		RemoteLimits limits = new RemoteLimits(1, 10, 1000, 1000, Duration.ofMinutes(1), heartbeat,
				Duration.ofMinutes(2), 1);
		return new RemoteEvals("/braintrust/evals", evals()::projects, Set.of(), new Admission(null, System::nanoTime),
				limits, threads);
	}

	Tasks tasks() {
		return this.context.getBean(Tasks.class);
	}

	int port() {
		return this.port;
	}

	String url() {
		return url("support");
	}

	String url(String key) {
		return "http://localhost:" + this.port + "/braintrust/evals/" + key + "/";
	}

	Playground playground() {
		return playground(CALLER);
	}

	Playground playground(String token) {
		return new Playground(url(), token, ORGANIZATION);
	}

	@Override
	public void close() {
		this.context.close();
		this.braintrust.close();
	}

	/**
	 * The kind of server.
	 */
	enum Kind {

		SERVLET(WebApplicationType.SERVLET, Servlets.class), REACTIVE(WebApplicationType.REACTIVE, Reactive.class);

		private final WebApplicationType type;

		private final Class<?> configuration;

		Kind(WebApplicationType type, Class<?> configuration) {
			this.type = type;
			this.configuration = configuration;
		}

	}

	/**
	 * The tasks of the application.
	 */
	static final class Tasks {

		private final CountDownLatch released = new CountDownLatch(1);

		private final Semaphore waiting = new Semaphore(0);

		private final Semaphore interrupted = new Semaphore(0);

		String echo(String input, EvalRow row) {
			return input + row.parameters().get("suffix", String.class, "");
		}

		// Block until the task is released or interrupted.
		String wait(String input) throws InterruptedException {
			this.waiting.release();
			try {
				if (!this.released.await(2, TimeUnit.MINUTES)) {
					throw new IllegalStateException("Nobody released it");
				}
				return input;
			}
			catch (InterruptedException ex) {
				this.interrupted.release();
				throw ex;
			}
		}

		void release() {
			this.released.countDown();
		}

		// Wait until this many tasks are blocked.
		void awaitWaiting(int tasks) {
			await(this.waiting, tasks);
		}

		void awaitInterrupted(int tasks) {
			await(this.interrupted, tasks);
		}

		private static void await(Semaphore semaphore, int permits) {
			try {
				if (!semaphore.tryAcquire(permits, 1, TimeUnit.MINUTES)) {
					throw new AssertionError("Not " + permits + " in a minute");
				}
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ BraintrustAutoConfiguration.class, BraintrustRemoteEvalAutoConfiguration.class })
	static class Evaluations {

		// Shorten the time until a reader counts as gone.
		@Bean
		static BeanPostProcessor impatience(Environment environment) {
			return new BeanPostProcessor() {

				@Override
				public Object postProcessAfterInitialization(Object bean, String name) {
					return (bean instanceof RemoteLimits limits)
							? new RemoteLimits(limits.maxRuns(), limits.maxRows(), limits.maxRequestSize(),
									environment.getProperty("test.loaded", Long.class, limits.maxLoadedSize()),
									environment.getProperty("test.slowest-body", Duration.class, limits.slowestBody()),
									Duration.ofMillis(200),
									environment.getProperty("test.patience", Duration.class, limits.patience()),
									environment.getProperty("test.concurrency", Integer.class, limits.concurrency()))
							: bean;
				}

			};
		}

		@Bean
		Tasks tasks() {
			return new Tasks();
		}

		@Bean
		@BraintrustProject("support")
		Eval<String, String, String> echo(Tasks tasks) {
			return Eval.named("echo", String.class, String.class)
				.parameters(EvalParameter.of("suffix", "").description("what is added"),
						EvalParameter.of("temperature", 0.2), EvalParameter.of("options", Map.of("strict", true)),
						EvalParameter.of("any", null),
						EvalParameter.model("model", "gpt-5-mini").description("who answers"),
						EvalParameter.model("judge", null),
						EvalParameter.prompt("system", Map.of("prompt", Map.of("type", "chat", "messages", List.of()))))
				.taskWithRow(tasks::echo)
				.scorers(Scorers.exactMatch());
		}

		@Bean
		@BraintrustProject("support")
		Eval<String, String, String> plain(Tasks tasks) {
			return Eval.named("plain", String.class, String.class)
				.task((input) -> "plain " + input)
				.scorers(Scorers.exactMatch());
		}

		@Bean
		@BraintrustProject("support")
		Eval<String, String, String> parameters() {
			return Eval.named("parameters", String.class, String.class)
				.parameters(EvalParameter.of("A", "a"), EvalParameter.of("B", "b"))
				.taskWithRow((input, row) -> String.valueOf(row.parameters().asMap()))
				.scorer("threshold", (it) -> it.parameters().get("threshold", Double.class, 0.5))
				.scorer("blind", (it) -> 1);
		}

		@Bean
		@BraintrustProject("support")
		Eval<String, String, String> models() {
			return Eval.named("models", String.class, String.class)
				.parameters(EvalParameter.model("model", "gpt-5-mini"),
						EvalParameter.prompt("system", Map.of("prompt", Map.of("type", "chat"))))
				.taskWithRow((input, row) -> String.valueOf(row.parameters().asMap()))
				.scorers(Scorers.exactMatch());
		}

		@Bean
		@BraintrustProject("support")
		Eval<String, String, String> nothingDeclared() {
			return Eval.named("nothing declared", String.class, String.class)
				.taskWithRow((input, row) -> String.valueOf(row.parameters().asMap()))
				.scorers(Scorers.exactMatch());
		}

		@Bean
		@BraintrustProject("support")
		Eval<String, String, String> waiting(Tasks tasks) {
			return Eval.named("waiting", String.class, String.class).task(tasks::wait).scorers(Scorers.exactMatch());
		}

		@Bean
		@BraintrustProject("support")
		Eval<String, String, String> sleeping() {
			return Eval.named("sleeping", String.class, String.class).<String>task((millis) -> {
				Thread.sleep(Long.parseLong(millis));
				return millis;
			}).scorers(Scorers.exactMatch());
		}

		@Bean
		@BraintrustProject("support")
		Eval<String, Object, String> pictured() {
			return Eval.named("pictured", String.class, String.class)
				.<Object>task((input) -> Map.of("photo", Attachments.of(new byte[] { 1, 2, 3 }, "image/png")))
				.scorer("any", (it) -> 1);
		}

		@Bean
		@BraintrustProject("support")
		Eval<String, String, String> large() {
			return Eval.named("large", String.class, String.class)
				.task((input) -> "x".repeat(1 << 20))
				.scorers(Scorers.exactMatch());
		}

		@Bean
		@BraintrustProject("support")
		Eval<String, String, String> failing() {
			return Eval.named("failing", String.class, String.class).<String>task((input) -> {
				throw new IllegalStateException("No " + input);
			}).scorers(Scorers.exactMatch());
		}

		@Bean
		@BraintrustProject("support")
		Eval<Question, String, String> typed() {
			return Eval.named("typed", Question.class, String.class)
				.task((question) -> question.text() + "?")
				.scorers(Scorers.exactMatch())
				.classifier("length", (it) -> List.of());
		}

		@Bean
		Eval<String, String, String> nobodys() {
			return Eval.named("nobody's", String.class, String.class)
				.task((input) -> input)
				.scorers(Scorers.exactMatch());
		}

		@Bean
		RemoteEvalAuthorizer authorizer() {
			return (call) -> !"yes".equals(call.header("x-refuse")) && !"plain-only".equals(call.header("x-only"))
					|| "plain".equals(call.evaluation());
		}

	}

	record Question(String text) {

	}

	@Configuration(proxyBeanMethods = false)
	static class Servlets extends Evaluations {

		@Bean
		TomcatServletWebServerFactory servers(Environment environment) {
			TomcatServletWebServerFactory servers = new TomcatServletWebServerFactory(
					environment.getProperty("server.servlet.context-path", ""), 0);
			servers.setShutdown(Shutdown.GRACEFUL);
			String patience = environment.getProperty("test.read-timeout", "60000");
			servers.addConnectorCustomizers((connector) -> {
				connector.setProperty("connectionTimeout", patience);
				connector.setProperty("continueResponseTiming", "onRead");
			});
			return servers;
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

	@Configuration(proxyBeanMethods = false)
	static class Reactive extends Evaluations {

		@Bean
		NettyReactiveWebServerFactory servers() {
			NettyReactiveWebServerFactory servers = new NettyReactiveWebServerFactory(0);
			servers.setShutdown(Shutdown.GRACEFUL);
			return servers;
		}

		@Bean
		WebHandler webHandler() {
			return (exchange) -> exchange.getResponse().setComplete();
		}

		@Bean
		HttpHandler httpHandler(ConfigurableApplicationContext context) {
			return WebHttpHandlerBuilder.applicationContext(context).build();
		}

	}

}
