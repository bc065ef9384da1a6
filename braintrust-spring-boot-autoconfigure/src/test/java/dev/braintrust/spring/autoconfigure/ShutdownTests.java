package dev.braintrust.spring.autoconfigure;

import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.ProjectTracerProviderCustomizer;
import dev.braintrust.spring.export.LossReason;
import dev.braintrust.spring.export.WaitingSpan;
import dev.braintrust.spring.settings.DeclaredProjects;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.ReceivedSpan;
import dev.braintrust.spring.trace.SpanDestination;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
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
import static org.awaitility.Awaitility.await;

/**
 * Tests of the close of projects with the application context.
 */
@ExtendWith(OutputCaptureExtension.class)
@Tag("fault")
class ShutdownTests {

	private final OtlpReceiver receiver = new OtlpReceiver();

	private static volatile CountDownLatch over;

	// Without a reference, an open span may be garbage collected before the close, and is
	// then not sent.
	private final List<ProjectSpan> held = new ArrayList<>();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class))
		.withPropertyValues("braintrust.api-key=sk-test", "braintrust.api-url=" + this.receiver.url(),
				"braintrust.projects.support.name=Support", "braintrust.projects.research.name=Research",
				"braintrust.export.shutdown-timeout=500ms");

	@BeforeEach
	void begin() {
		over = new CountDownLatch(1);
	}

	@AfterEach
	void close() {
		over.countDown();
		this.receiver.close();
	}

	@Test
	void spansOfBeansThatStopAndThatAreDestroyedArrive() {
		this.runner.withPropertyValues("braintrust.export.shutdown-timeout=20s")
			.withUserConfiguration(LateBeans.class)
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.receiver.spans()).extracting(ReceivedSpan::name)
			.containsExactlyInAnyOrder("while stopping", "while destroyed");
	}

	@Test
	void closeReturnsWithinTheTimeoutThoughEveryEndpointHangs() {
		this.receiver.hanging();
		long[] start = new long[1];
		this.runner.withPropertyValues("braintrust.export.timeout=10m")
			.withUserConfiguration(LateBeans.class)
			.run((context) -> {
				BraintrustProjects projects = context.getBean(BraintrustProjects.class);
				for (String key : List.of("support", "research")) {
					projects.tracer(key).taskSpan("task").run((span) -> {
					});
				}
				start[0] = System.nanoTime();
			});
		assertThat(Duration.ofNanos(System.nanoTime() - start[0])).isBetween(Duration.ofMillis(450),
				Duration.ofMinutes(1));
	}

	@Test
	@Tag("fault")
	@Timeout(120)
	void closeReturnsWithinTheTimeoutThoughProcessorsHang() {
		long[] start = new long[1];
		Hanging hanging = new Hanging();
		this.runner
			.withBean(ProjectTracerProviderCustomizer.class, () -> (builder) -> builder.addSpanProcessor(hanging))
			.run((context) -> {
				ProjectTracer tracer = context.getBean(BraintrustProjects.class).tracer("support");
				this.held.add(tracer.taskSpan("open").startSpan());
				start[0] = System.nanoTime();
			});
		assertThat(Duration.ofNanos(System.nanoTime() - start[0])).isLessThan(Duration.ofMinutes(1));
		assertThat(hanging.called).contains("end", "shutdown");
		assertThat(this.receiver.spans()).extracting(ReceivedSpan::name).isEmpty();
	}

	@Test
	@Timeout(120)
	void processorThatHangsCostsNoOtherProjectItsOpenSpans() {
		this.runner.withPropertyValues("braintrust.export.shutdown-timeout=8s")
			.withUserConfiguration(HangingSupport.class)
			.run((context) -> {
				BraintrustProjects projects = context.getBean(BraintrustProjects.class);
				this.held.add(projects.tracer("support").taskSpan("hangs").startSpan());
				this.held.add(projects.tracer("research").taskSpan("open").startSpan());
			});
		assertThat(this.receiver.spans()).extracting(ReceivedSpan::name).containsExactly("open");
	}

	@Test
	@Timeout(180)
	void processorsOfManyProjectsThatHangTakeFewThreads() {
		// Threads of other tests may still hang for a while.
		await().until(() -> processorThreads() == 0);
		String[] projects = IntStream.range(0, 200)
			.mapToObj((i) -> "braintrust.projects.p" + i + ".name=P" + i)
			.toArray(String[]::new);
		Hanging hanging = new Hanging();
		this.runner
			.withBean(ProjectTracerProviderCustomizer.class, () -> (builder) -> builder.addSpanProcessor(hanging))
			.withPropertyValues(projects)
			.run((context) -> {
				BraintrustProjects all = context.getBean(BraintrustProjects.class);
				for (int i = 0; i < 50; i++) {
					assertThat(all.flush("support", Duration.ZERO)).isFalse();
				}
				assertThat(processorThreads()).isLessThanOrEqualTo(2);
				assertThat(all.flush(Duration.ofMillis(10))).isFalse();
				assertThat(processorThreads()).isLessThanOrEqualTo(32);
			});
		over.countDown();
		await().until(() -> processorThreads() == 0);
	}

	private static long processorThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals("braintrust-processors"))
			.count();
	}

	@Test
	@Tag("fault")
	@Timeout(120)
	void closeReturnsWithinTheTimeoutThoughTheProxySelectorHangs() {
		ProxySelector before = ProxySelector.getDefault();
		CountDownLatch asked = new CountDownLatch(1);
		ProxySelector.setDefault(new ProxySelector() {

			@Override
			public List<Proxy> select(URI uri) {
				asked.countDown();
				hang(over);
				return List.of(Proxy.NO_PROXY);
			}

			@Override
			public void connectFailed(URI uri, SocketAddress address, IOException failure) {
			}

		});
		long[] start = new long[1];
		try {
			this.runner.run((context) -> {
				context.getBean(BraintrustProjects.class).tracer("support").taskSpan("task").run((span) -> {
				});
				start[0] = System.nanoTime();
			});
			assertThat(Duration.ofNanos(System.nanoTime() - start[0])).isLessThan(Duration.ofMinutes(1));
			assertThat(asked.getCount()).isZero();
		}
		finally {
			ProxySelector.setDefault(before);
		}
	}

	private static void hang(CountDownLatch released) {
		while (released.getCount() > 0) {
			try {
				released.await();
			}
			catch (InterruptedException ex) {
				// Ignore the interrupt.
			}
		}
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
				assertThat(projects.flush("support", Duration.ofSeconds(60))).isTrue();
				await().until(
						() -> context.getBean(SpanDestination.class).pipeline().status("research").lastError() != null);
			});
		await().untilAsserted(() -> assertThat(output)
			.containsOnlyOnce("The application context waits up to 1 s before it closes, to send what "
					+ "Braintrust projects have recorded: 1 span of 'research' (127.0.0.1:1: ConnectException). "
					+ "'braintrust.export.shutdown-timeout' limits the wait."));
	}

	@Test
	void spansOfExperimentsAreWaitedForToo(CapturedOutput output) {
		this.receiver.hanging();
		this.runner.withPropertyValues("braintrust.export.shutdown-timeout=2s").run((context) -> {
			context.getBean(BraintrustProjects.class).tracer("support");
			ReadableSpan span = (ReadableSpan) SdkTracerProvider.builder()
				.build()
				.get("test")
				.spanBuilder("turn")
				.startSpan();
			context.getBean(SpanDestination.class)
				.pipeline()
				.open(context.getBean(DeclaredProjects.class).get("support"), (spans) -> List.of(span.toSpanData()),
						"experiment_id:e-1", false)
				.add(new Turn());
		});
		await().untilAsserted(() -> assertThat(output).contains("recorded: 1 span of 'support' ("));
	}

	@Test
	void nothingIsSaidWhereNothingWaits(CapturedOutput output) {
		this.runner.withPropertyValues("braintrust.export.shutdown-timeout=5s").run((context) -> {
			BraintrustProjects projects = context.getBean(BraintrustProjects.class);
			projects.tracer("support").taskSpan("task").run((span) -> {
			});
			assertThat(projects.flush(Duration.ofMinutes(1))).isTrue();
		});
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
			assertThat(projects.flush("support", Duration.ofMinutes(1))).isTrue();
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

	private record Turn() implements WaitingSpan {

		@Override
		public long contentSize() {
			return 0;
		}

		@Override
		public WaitingSpan withoutContent(LossReason reason) {
			return this;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LateBeans {

		@Bean
		LateBean lateBean(BraintrustProjects projects) {
			return new LateBean(projects);
		}

	}

	/**
	 * Creates spans when it is stopped and destroyed.
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

	/**
	 * Hangs in each call, and ignores interrupts.
	 */
	@Configuration(proxyBeanMethods = false)
	static class HangingSupport {

		@Bean
		@BraintrustProject("support")
		ProjectTracerProviderCustomizer customizer() {
			return (builder) -> builder.addSpanProcessor(new Hanging());
		}

	}

	private static final class Hanging implements SpanProcessor {

		private final Set<String> called = ConcurrentHashMap.newKeySet();

		private final CountDownLatch released = over;

		@Override
		public void onStart(Context parentContext, ReadWriteSpan span) {
		}

		@Override
		public boolean isStartRequired() {
			return false;
		}

		@Override
		public void onEnd(ReadableSpan span) {
			this.called.add("end");
			hang(this.released);
		}

		@Override
		public boolean isEndRequired() {
			return true;
		}

		@Override
		public CompletableResultCode shutdown() {
			this.called.add("shutdown");
			hang(this.released);
			return CompletableResultCode.ofSuccess();
		}

		@Override
		public CompletableResultCode forceFlush() {
			hang(this.released);
			return CompletableResultCode.ofSuccess();
		}

	}

}
