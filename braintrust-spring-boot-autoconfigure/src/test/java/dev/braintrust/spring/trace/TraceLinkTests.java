package dev.braintrust.spring.trace;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import io.opentelemetry.api.trace.Span;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the URLs of traces.
 */
class TraceLinkTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class))
		.withPropertyValues("braintrust.api-key=sk-test", "braintrust.api-url=http://127.0.0.1:1",
				"braintrust.export.shutdown-timeout=100ms");

	@Test
	void namesOfThePropertiesMakeTheUrl() {
		this.runner
			.withPropertyValues("braintrust.org-name=Acme Corp", "braintrust.projects.support.name=Support Agent",
					"braintrust.app-url=https://example.com/braintrust/")
			.run((context) -> {
				ProjectTracer tracer = context.getBean(BraintrustProjects.class).tracer("support");
				Span span = tracer.rootSpan("answer").startSpan();
				assertThat(tracer.permalink(span))
					.hasToString("https://example.com/braintrust/app/Acme%20Corp/p/Support%20Agent/logs?r="
							+ span.getSpanContext().getTraceId() + "&s=" + span.getSpanContext().getSpanId());
				span.end();
				assertThat(tracer.permalink(span)).isNotNull();
			});
	}

	@Test
	void projectWithoutANameHasThatOfItsKey() {
		this.runner.withPropertyValues("braintrust.org-name=Acme", "braintrust.projects.support.enabled=true")
			.run((context) -> {
				ProjectTracer tracer = context.getBean(BraintrustProjects.class).tracer("support");
				assertThat(tracer.permalink(tracer.rootSpan("answer").startSpan()).toString())
					.startsWith("https://www.braintrust.dev/app/Acme/p/support/logs?r=");
			});
	}

	@Test
	void thereIsNoUrlWhileANameIsNotKnown() {
		this.runner
			.withPropertyValues("braintrust.projects.support.name=Support Agent", "braintrust.projects.research.id=r-1",
					"braintrust.projects.research.org-name=Acme")
			.run((context) -> {
				for (String key : context.getBean(BraintrustProjects.class).keys()) {
					ProjectTracer tracer = context.getBean(BraintrustProjects.class).tracer(key);
					assertThat(tracer.permalink(tracer.rootSpan("answer").startSpan())).as(key).isNull();
				}
			});
	}

	@Test
	void thereIsNoUrlOfASpanThatIsNotSent() {
		this.runner
			.withPropertyValues("braintrust.org-name=Acme", "braintrust.projects.off.enabled=false",
					"braintrust.projects.unsampled.sampling.probability=0.0")
			.run((context) -> {
				for (String key : context.getBean(BraintrustProjects.class).keys()) {
					ProjectTracer tracer = context.getBean(BraintrustProjects.class).tracer(key);
					assertThat(tracer.permalink(tracer.rootSpan("answer").startSpan())).as(key).isNull();
					assertThat(tracer.permalink(tracer.currentSpan())).as(key).isNull();
				}
			});
	}

}
