package dev.braintrust.spring.eval.run;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.api.HttpClients;
import dev.braintrust.spring.api.ProjectApis;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.eval.Experiment;
import dev.braintrust.spring.eval.RowResult;
import dev.braintrust.spring.eval.RunningExperiment;
import dev.braintrust.spring.eval.data.EvalCase;
import dev.braintrust.spring.eval.score.Scorers;
import dev.braintrust.spring.test.RecordedSpan;
import dev.braintrust.spring.test.RecordedSpans;
import dev.braintrust.spring.trace.DefaultProjectTracer;
import dev.braintrust.spring.trace.Project;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of experiments when no thread can be created.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RowThreadsTests {

	private final RecordedSpans spans = new RecordedSpans();

	private final CountDownLatch over = new CountDownLatch(1);

	// Run with a limited number of threads, then with more threads.
	private void run(Threads threads, Consumer<DefaultProjectEvals> test) {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class))
			.withBean(RecordedSpans.class, () -> this.spans)
			.withPropertyValues("braintrust.projects.support.name=Support Agent")
			.run((context) -> {
				BraintrustProjects projects = context.getBean(BraintrustProjects.class);
				Project project = ((DefaultProjectTracer) projects.tracer("support")).project();
				RunSettings settings = new RunSettings(false, false, true, null, null, null, null, null, false, false,
						RunSettings.PATIENCE);
				try (ProjectApis apis = new ProjectApis(() -> new HttpClients(null))) {
					DefaultProjectEvals evals = new DefaultProjectEvals(project, projects, apis.of(project.settings()),
							settings, null, () -> new RowThreads(threads));
					test.accept(evals);
					threads.left.set(Integer.MAX_VALUE);
					assertThat(echo(evals).run().rows()).hasSize(4);
				}
				finally {
					this.over.countDown();
				}
			});
	}

	private static Experiment<String, String, String> echo(DefaultProjectEvals evals) {
		return evals.experiment("echo")
			.cases(EvalCase.of("a", "a"), EvalCase.of("b", "b"), EvalCase.of("c", "c"), EvalCase.of("d", "d"))
			.task((input) -> input)
			.scorers(Scorers.exactMatch())
			.maxConcurrency(3);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2 })
	void experimentFailsAndLeavesNothingBehind(int threads) {
		run(new Threads(threads, new OutOfMemoryError("unable to create native thread")), (evals) -> {
			RunningExperiment<String, String, String> running = echo(evals).start();
			assertThatIllegalStateException().isThrownBy(running::join)
				.withCauseExactlyInstanceOf(OutOfMemoryError.class);
			assertThat(running.isDone()).isTrue();
			assertThat(running.rows()).allMatch(CompletableFuture::isDone);
		});
		List<RecordedSpan> rows = this.spans.of("support")
			.stream()
			.filter((span) -> span.name().equals("eval"))
			.toList();
		assertThat(rows).hasSizeBetween(4, 8).allMatch((span) -> span.parentSpanId() == null);
	}

	@Test
	void threadsThatAreRefusedFailTheExperiment() {
		run(new Threads(0, new RejectedExecutionException("no")),
				(evals) -> assertThatExceptionOfType(RejectedExecutionException.class)
					.isThrownBy(() -> echo(evals).run()));
	}

	// The thread of the row is abandoned, and no other thread can continue.
	@Test
	@Tag("fault")
	void rowThatIsAbandonedWithoutAnotherThreadIsRecorded() {
		run(new Threads(1, new OutOfMemoryError("unable to create native thread")), (evals) -> {
			RunningExperiment<String, String, String> running = evals.experiment("hanging")
				.cases(EvalCase.of("a", "a"), EvalCase.of("b", "b"))
				.task((input) -> hang())
				.scorers(Scorers.exactMatch())
				.timeout(Duration.ofMillis(50))
				.maxConcurrency(1)
				.start();
			assertThatIllegalStateException().isThrownBy(running::join)
				.withCauseExactlyInstanceOf(OutOfMemoryError.class);
			RowResult<String, String, String> row = running.rows().get(0).join();
			assertThat(row.error()).hasMessage("The task took longer than 50 ms");
			assertThat(running.rows().get(1)).isCancelled();
			assertThat(this.spans.of("support")).extracting(RecordedSpan::name).contains("eval", "task", "exactMatch");
		});
	}

	private String hang() {
		while (true) {
			try {
				this.over.await();
				return "late";
			}
			catch (InterruptedException ex) {
				// Ignore the interrupt.
			}
		}
	}

	private static final class Threads implements ThreadFactory {

		private final AtomicInteger left;

		private final Throwable failure;

		Threads(int left, Throwable failure) {
			this.left = new AtomicInteger(left);
			this.failure = failure;
		}

		@Override
		public Thread newThread(Runnable work) {
			Thread thread = new Thread(work) {

				@Override
				public void start() {
					if (Threads.this.left.getAndDecrement() <= 0) {
						ReflectionUtils.rethrowRuntimeException(Threads.this.failure);
					}
					super.start();
				}

			};
			thread.setDaemon(true);
			return thread;
		}

	}

}
