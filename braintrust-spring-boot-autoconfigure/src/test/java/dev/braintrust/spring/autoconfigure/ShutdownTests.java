package dev.braintrust.spring.autoconfigure;

import java.time.Duration;
import java.util.List;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.ReceivedSpan;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of how projects end with the application context.
 */
@ExtendWith(OutputCaptureExtension.class)
@Tag("fault")
class ShutdownTests {

	private final OtlpReceiver receiver = new OtlpReceiver();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class))
		.withPropertyValues("braintrust.api-key=sk-test", "braintrust.api-url=" + this.receiver.url(),
				"braintrust.projects.support.name=Support", "braintrust.projects.research.name=Research",
				"braintrust.export.shutdown-timeout=500ms");

	@AfterEach
	void close() {
		this.receiver.close();
	}

	@Test
	void spansOfBeansThatStopAndThatAreDestroyedArrive() {
		this.runner.withUserConfiguration(LateBeans.class).run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.receiver.spans()).extracting(ReceivedSpan::name)
			.containsExactlyInAnyOrder("while stopping", "while destroyed");
	}

	@Test
	void closeReturnsWithinTheTimeoutThoughEveryEndpointHangs() {
		this.receiver.hanging();
		long[] start = new long[1];
		this.runner.withUserConfiguration(LateBeans.class).run((context) -> {
			BraintrustProjects projects = context.getBean(BraintrustProjects.class);
			for (String key : List.of("support", "research")) {
				projects.tracer(key).taskSpan("task").run((span) -> {
				});
			}
			start[0] = System.nanoTime();
		});
		assertThat(Duration.ofNanos(System.nanoTime() - start[0])).isBetween(Duration.ofMillis(450),
				Duration.ofSeconds(8));
	}

	@Test
	void whatTheContextWaitsForIsSaidBeforeItWaits(CapturedOutput output) {
		this.runner
			.withPropertyValues("braintrust.export.shutdown-timeout=2s",
					"braintrust.projects.research.api-url=http://127.0.0.1:1")
			.run((context) -> {
				BraintrustProjects projects = context.getBean(BraintrustProjects.class);
				for (String key : List.of("support", "research")) {
					projects.tracer(key).taskSpan("task").run((span) -> {
					});
				}
			});
		assertThat(output).containsOnlyOnce("The application context waits up to 1 s before it closes, to send what "
				+ "Braintrust projects have recorded: 1 span of 'research' (127.0.0.1:1: ConnectException). "
				+ "'braintrust.export.shutdown-timeout' limits the wait.");
	}

	@Test
	void nothingIsSaidWhereNothingWaits(CapturedOutput output) {
		this.runner.withPropertyValues("braintrust.export.shutdown-timeout=5s")
			.run((context) -> context.getBean(BraintrustProjects.class)
				.tracer("support")
				.taskSpan("task")
				.run((span) -> {
				}));
		assertThat(this.receiver.spans()).hasSize(1);
		assertThat(output).doesNotContain("waits up to");
	}

	@Test
	void contextThatStopsAndStartsAgainSendsAsBefore() {
		this.runner.run((context) -> {
			BraintrustProjects projects = context.getBean(BraintrustProjects.class);
			context.getSourceApplicationContext().stop();
			projects.tracer("support").taskSpan("between").run((span) -> {
			});
			context.getSourceApplicationContext().start();
			projects.tracer("support").taskSpan("after").run((span) -> {
			});
			assertThat(projects.flush("support", Duration.ofSeconds(20))).isTrue();
		});
		assertThat(this.receiver.spans()).extracting(ReceivedSpan::name).containsExactly("between", "after");
	}

	@Test
	void projectsStopAfterEverythingElseAndDoNotPause() {
		this.runner.run((context) -> {
			SmartLifecycle projects = (SmartLifecycle) context.getBean(BraintrustProjects.class);
			assertThat(projects.getPhase()).isEqualTo(Integer.MIN_VALUE);
			assertThat(projects.isRunning()).isTrue();
			assertThat(projects.isPauseable()).isFalse();
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class LateBeans {

		@Bean
		LateBean lateBean(BraintrustProjects projects) {
			return new LateBean(projects);
		}

	}

	/**
	 * Makes spans when it is told to end.
	 */
	static class LateBean implements SmartLifecycle, DisposableBean {

		private final BraintrustProjects projects;

		private boolean running;

		LateBean(BraintrustProjects projects) {
			this.projects = projects;
		}

		@Override
		public void start() {
			this.running = true;
		}

		@Override
		public void stop() {
			this.running = false;
			span("while stopping");
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

		@Override
		public void destroy() {
			span("while destroyed");
		}

		private void span(String name) {
			this.projects.tracer("support").taskSpan(name).run((span) -> {
			});
		}

	}

}
