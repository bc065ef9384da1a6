package dev.braintrust.spring.ai.http;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.ReceivedSpan;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * An application with two projects and a third one that is off, and a receiver of their
 * spans.
 */
public final class TracedSdkApplication implements AutoCloseable {

	private final OtlpReceiver receiver = new OtlpReceiver();

	private final ConfigurableApplicationContext context;

	public TracedSdkApplication(String... properties) {
		this(Application.class, properties);
	}

	public TracedSdkApplication(Class<?> application, String... properties) {
		this.context = new SpringApplicationBuilder(application).web(WebApplicationType.NONE)
			.properties("braintrust.api-url=" + this.receiver.url(), "braintrust.api-key=sk-test",
					"braintrust.org-name=Acme", "braintrust.projects.support.name=Support Agent",
					"braintrust.projects.billing.name=Billing Agent", "braintrust.projects.idle.enabled=false",
					"spring.ai.openai.api-key=sk-model", "spring.ai.anthropic.api-key=sk-model",
					"spring.main.banner-mode=off", "management.otlp.metrics.export.enabled=false")
			.properties(properties)
			.run();
	}

	public ConfigurableApplicationContext context() {
		return this.context;
	}

	public BraintrustProjects projects() {
		return this.context.getBean(BraintrustProjects.class);
	}

	public OtlpReceiver receiver() {
		return this.receiver;
	}

	/**
	 * Run work below a root span of a project.
	 * @return the spans below the root in the order of their ends
	 */
	public List<ReceivedSpan> run(String project, Consumer<BraintrustProjects> work) {
		String trace = projects().tracer(project).rootSpan("work").call((span) -> {
			work.accept(projects());
			return span.getSpanContext().getTraceId();
		});
		return spans().stream().filter((span) -> span.traceId().equals(trace) && !span.isRoot()).toList();
	}

	/**
	 * The spans so far, in the order of their ends.
	 */
	public List<ReceivedSpan> spans() {
		projects().flush(Duration.ofMinutes(1));
		return this.receiver.spans().stream().sorted(Comparator.comparingLong(ReceivedSpan::end)).toList();
	}

	@Override
	public void close() {
		this.context.close();
		this.receiver.close();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
