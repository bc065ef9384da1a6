package dev.braintrust.spring.beside;

import java.util.List;
import java.util.Map;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.ReceivedSpan;
import io.opentelemetry.api.trace.Span;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of several application contexts in one JVM that declare the same keys: a parent
 * and a child, two applications, and cached contexts of tests.
 */
class SeveralContextsTests {

	private final OtlpReceiver receiver = new OtlpReceiver();

	private final OtlpReceiver otherReceiver = new OtlpReceiver();

	@AfterEach
	void close() {
		this.receiver.close();
		this.otherReceiver.close();
	}

	@Test
	void projectsOfTwoApplicationsAreNotThoseOfTheOther() {
		try (ConfigurableApplicationContext one = application(this.receiver);
				ConfigurableApplicationContext another = application(this.otherReceiver)) {
			nest(one, another);
			assertSeparate();
			another.close();
			tracer(one).taskSpan("later").run((span) -> span.output("still there"));
			assertThat(this.receiver.awaitSpans(2)).extracting(ReceivedSpan::name).containsExactly("outer", "later");
			assertThat(this.otherReceiver.spans()).extracting(ReceivedSpan::name).containsExactly("inner");
		}
	}

	@Test
	void projectsOfAChildAreNotThoseOfItsParent() {
		try (ConfigurableApplicationContext parent = application(this.receiver)) {
			try (ConfigurableApplicationContext child = child(parent, Starter.class)) {
				assertThat(tracer(child)).isNotSameAs(tracer(parent));
				nest(parent, child);
				assertSeparate();
			}
			tracer(parent).taskSpan("later").run((span) -> span.output("still there"));
			assertThat(this.receiver.awaitSpans(2)).extracting(ReceivedSpan::name).containsExactly("outer", "later");
		}
	}

	@Test
	void childWithoutTheStarterUsesTheProjectsOfItsParent() {
		try (ConfigurableApplicationContext parent = application(this.receiver)) {
			try (ConfigurableApplicationContext child = child(parent, Agent.class)) {
				assertThat(tracer(child)).isSameAs(tracer(parent));
				tracer(parent).taskSpan("outer")
					.run((outer) -> tracer(child).taskSpan("inner").run((inner) -> inner.output("below")));
			}
			tracer(parent).taskSpan("later").run((span) -> span.output("still there"));
			List<ReceivedSpan> spans = this.receiver.awaitSpans(3);
			assertThat(spans).extracting(ReceivedSpan::name).containsExactly("inner", "outer", "later");
			assertThat(spans.get(0).isChildOf(spans.get(1))).isTrue();
		}
	}

	@Test
	void contextThatIsStoppedAndStartedAgainGoesOn() {
		try (ConfigurableApplicationContext context = application(this.receiver)) {
			tracer(context).taskSpan("before").run((span) -> span.output("one"));
			context.stop();
			context.start();
			tracer(context).taskSpan("after").run((span) -> span.output("two"));
			assertThat(this.receiver.awaitSpans(2)).extracting(ReceivedSpan::name).containsExactly("before", "after");
		}
	}

	private static void nest(ConfigurableApplicationContext outer, ConfigurableApplicationContext inner) {
		tracer(outer).taskSpan("outer").run((outerSpan) -> {
			tracer(inner).taskSpan("inner").run((innerSpan) -> {
				assertThat(tracer(outer).currentSpan()).isSameAs(outerSpan);
				assertThat(tracer(inner).currentSpan()).isSameAs(innerSpan);
				assertThat(Span.current().getSpanContext().isValid()).isFalse();
			});
			assertThat(tracer(inner).currentSpan().getSpanContext().isValid()).isFalse();
		});
	}

	private void assertSeparate() {
		ReceivedSpan outer = this.receiver.awaitSpans(1).get(0);
		ReceivedSpan inner = this.otherReceiver.awaitSpans(1).get(0);
		assertThat(outer.name()).isEqualTo("outer");
		assertThat(inner.name()).isEqualTo("inner");
		assertThat(List.of(outer, inner)).allMatch(ReceivedSpan::isRoot);
		assertThat(inner.traceId()).isNotEqualTo(outer.traceId());
	}

	private static ProjectTracer tracer(ConfigurableApplicationContext context) {
		ProjectTracer tracer = context.getBean(Agent.Tracers.class).support();
		if (context.getBeanFactory().containsLocalBean("braintrustProjects")) {
			assertThat(tracer).isSameAs(context.getBean(BraintrustProjects.class).tracer("support"));
		}
		return tracer;
	}

	private static ConfigurableApplicationContext application(OtlpReceiver receiver) {
		return builder(Starter.class, receiver).run();
	}

	private ConfigurableApplicationContext child(ConfigurableApplicationContext parent, Class<?> configuration) {
		return builder(configuration, this.otherReceiver).parent(parent).run();
	}

	private static SpringApplicationBuilder builder(Class<?> configuration, OtlpReceiver receiver) {
		return new SpringApplicationBuilder(configuration).web(WebApplicationType.NONE)
			.initializers((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new MapPropertySource("test",
						Map.of("braintrust.api-url", receiver.url(), "braintrust.api-key", "sk-test",
								"braintrust.projects.support.name", "Support Agent"))))
			.properties("spring.main.banner-mode=off");
	}

	@Configuration(proxyBeanMethods = false)
	static class Agent {

		@Bean
		Tracers tracers(@BraintrustProject("support") ProjectTracer support) {
			return new Tracers(support);
		}

		record Tracers(ProjectTracer support) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(BraintrustAutoConfiguration.class)
	static class Starter extends Agent {

	}

}
