package dev.braintrust.spring.isolation;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.actuate.BraintrustActuatorAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustChatAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustContextPropagationAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustModelAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustObservationAutoConfiguration;
import dev.braintrust.spring.eval.BraintrustEvals;
import dev.braintrust.spring.eval.RunningExperiment;
import dev.braintrust.spring.eval.data.EvalCase;
import dev.braintrust.spring.eval.score.Scorers;
import dev.braintrust.spring.support.ScriptedModel;
import io.micrometer.observation.ObservationRegistry;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import reactor.core.publisher.Mono;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application with a web server, traced by Boot or by the Java agent, with or without
 * the starter.
 */
final class App implements AutoCloseable {

	private static final Class<?>[] STARTER = { BraintrustAutoConfiguration.class,
			BraintrustContextPropagationAutoConfiguration.class, BraintrustObservationAutoConfiguration.class,
			BraintrustChatAutoConfiguration.class, BraintrustModelAutoConfiguration.class,
			BraintrustActuatorAutoConfiguration.class };

	private static final String[] NOT_NEEDED = {
			"org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
			"org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration",
			"org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration" };

	private static final String[] TRACING_OF_BOOT = {
			"org.springframework.boot.opentelemetry.autoconfigure.OpenTelemetrySdkAutoConfiguration",
			"org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.OpenTelemetryTracingAutoConfiguration",
			"org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.otlp.OtlpTracingAutoConfiguration",
			"org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration" };

	private final ConfigurableApplicationContext context;

	private final boolean traced;

	private final boolean besideAgent;

	private final List<RunningExperiment<?, ?, ?>> rows = new CopyOnWriteArrayList<>();

	private volatile CountDownLatch rowsEnd = new CountDownLatch(1);

	App(Kind kind, boolean traced, boolean besideAgent, String receiver) {
		this.traced = traced;
		this.besideAgent = besideAgent;
		Stream<String> excluded = Stream
			.of(Arrays.stream(NOT_NEEDED), traced ? Stream.<String>empty() : Arrays.stream(STARTER).map(Class::getName),
					besideAgent ? Arrays.stream(TRACING_OF_BOOT) : Stream.<String>empty())
			.flatMap(UnaryOperator.identity());
		boolean propagating = kind == Kind.PROPAGATING;
		this.context = new SpringApplicationBuilder(Beans.class)
			.web(propagating ? WebApplicationType.REACTIVE : WebApplicationType.SERVLET)
			.properties("server.port=0", "spring.main.banner-mode=off",
					"spring.autoconfigure.exclude=" + String.join(",", excluded.toList()),
					"management.tracing.sampling.probability=1.0", "management.otlp.metrics.export.enabled=false",
					"spring.ai.openai.api-key=sk-model", "spring.ai.model.chat=none", "spring.ai.model.embedding=none",
					"spring.ai.model.image=none", "spring.ai.model.moderation=none",
					"spring.ai.model.audio.speech=none", "spring.ai.model.audio.transcription=none",
					"spring.reactor.context-propagation=" + (propagating ? "auto" : "limited"),
					"spring.task.execution.propagate-context=" + propagating, "braintrust.api-url=" + receiver,
					"braintrust.api-key=sk-test", "braintrust.projects.support.name=Support Agent",
					"braintrust.projects.research.id=r-1")
			.run();
	}

	boolean isTraced() {
		return this.traced;
	}

	boolean isBesideAgent() {
		return this.besideAgent;
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	ConfigurableApplicationContext context() {
		return this.context;
	}

	Tracer tracer() {
		OpenTelemetry telemetry = this.besideAgent ? GlobalOpenTelemetry.getOrNoop() : bean(OpenTelemetry.class);
		return telemetry.getTracer("app");
	}

	/**
	 * Start an experiment of one row, which runs until endRows().
	 * @return the span of the task of the row
	 */
	ProjectSpan openRow() throws Exception {
		CompletableFuture<ProjectSpan> task = new CompletableFuture<>();
		this.rows.add(bean(BraintrustEvals.class).of("support")
			.experiment("rows")
			.cases(EvalCase.of("in", "in"))
			.taskWithRow((input, row) -> {
				task.complete(row.span());
				this.rowsEnd.await();
				return input;
			})
			.scorers(Scorers.exactMatch())
			.start());
		return task.get(1, TimeUnit.MINUTES);
	}

	/**
	 * End the experiments of openRow().
	 */
	void endRows() {
		this.rowsEnd.countDown();
		this.rows.forEach((running) -> assertThat(running.join().sent()).isTrue());
		this.rows.clear();
		this.rowsEnd = new CountDownLatch(1);
	}

	/**
	 * Send a request that runs this handler.
	 */
	void request(String path, Callable<Object> handler) throws IOException, InterruptedException {
		bean(Web.class).handler.set(handler);
		String port = this.context.getEnvironment().getProperty("local.server.port");
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build();
		HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
		if (response.statusCode() != 200) {
			throw new AssertionError("The request failed: " + response.body());
		}
	}

	@Override
	public void close() {
		this.context.close();
	}

	/**
	 * The settings of an application.
	 */
	enum Kind {

		/**
		 * A servlet application without context propagation, which is Boot's default.
		 */
		PLAIN,

		/**
		 * A reactive application with all of Boot's context propagation switched on.
		 */
		PROPAGATING

	}

	/**
	 * An event for the application's listeners.
	 */
	record Message(Runnable work, boolean async, CompletableFuture<Void> done) {
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableAsync
	static class Beans {

		@Bean
		AppSpans appSpans() {
			return new AppSpans();
		}

		@Bean
		ScriptedModel scriptedModel() {
			return new ScriptedModel();
		}

		@Bean
		@BraintrustProject("support")
		ChatClient supportChat(ScriptedModel model, ObservationRegistry observations) {
			return ChatClient.builder(model, observations, null, null).build();
		}

		@Bean
		Web web() {
			return new Web();
		}

		@Bean
		Worker worker() {
			return new Worker();
		}

		@Bean
		Listener listener() {
			return new Listener();
		}

		@Bean
		AsyncListener asyncListener() {
			return new AsyncListener();
		}

	}

	@RestController
	static class Web {

		private final AtomicReference<Callable<Object>> handler = new AtomicReference<>();

		@GetMapping("/run")
		Object run() throws Exception {
			return this.handler.get().call();
		}

		@GetMapping("/async")
		@SuppressWarnings("unchecked")
		Callable<Object> async() throws Exception {
			return (Callable<Object>) this.handler.get().call();
		}

		@GetMapping("/mono")
		Mono<Object> mono() throws Exception {
			return ((Mono<?>) this.handler.get().call()).cast(Object.class);
		}

	}

	static class Worker {

		@Async
		CompletableFuture<Void> run(Runnable work) {
			work.run();
			return CompletableFuture.completedFuture(null);
		}

	}

	static class Listener {

		@EventListener(condition = "!#message.async()")
		void received(Message message) {
			message.work().run();
		}

	}

	static class AsyncListener {

		@Async
		@EventListener(condition = "#message.async()")
		void received(Message message) {
			try {
				message.work().run();
				message.done().complete(null);
			}
			catch (Throwable ex) {
				message.done().completeExceptionally(ex);
			}
		}

	}

}
