package dev.braintrust.spring.trace;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.autoconfigure.RecordedProjects;
import dev.braintrust.spring.trace.route.Route;
import dev.braintrust.spring.trace.route.RoutedRow;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.DisposableBean;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of recursive work with a span at each level until the stack overflows. Each part
 * of a span may fail there, and later spans must work as before. In a separate process,
 * because classes of the JDK that are initialized at that point may stay broken.
 */
@Tag("process")
class StackEndTests {

	@Test
	void nothingIsLeftBroken() throws Exception {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), Program.class.getName())
			.redirectErrorStream(true)
			.start();
		assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).endsWith("fine");
	}

	/**
	 * The main class of the process.
	 */
	public static final class Program {

		private static final int ROUNDS = 60;

		private final Queue<Supplier<SpanData>> recorded = new ConcurrentLinkedQueue<>();

		private final List<ProjectSpan> started = new ArrayList<>();

		private final BraintrustProjects projects = RecordedProjects.of(Set.of("support"),
				(project, span) -> this.recorded.add(span), (declared) -> List.of());

		private final ProjectTracer tracer = this.projects.tracer("support");

		public static void main(String[] arguments) throws Exception {
			new Program().run();
			System.out.print("fine");
			// A hanging thread must not keep the process running.
			System.exit(0);
		}

		private void run() throws Exception {
			this.tracer.inTrace("warm", "warm").run((span) -> span.input("x").output("y"));
			int warm = this.recorded.size();
			for (int i = 0; i < ROUNDS; i++) {
				int filling = i;
				FutureTask<Boolean> round = new FutureTask<>(() -> round(filling));
				new Thread(null, round, "deep", 256 * 1024).start();
				assertThat(round.get(1, TimeUnit.MINUTES)).isTrue();
			}
			runInRow();
			((DisposableBean) this.projects).destroy();
			assertThat(this.started).hasSizeGreaterThan(ROUNDS).noneMatch(ProjectSpan::isRecording);
			assertThat(this.recorded).allMatch((span) -> span.get().getEndEpochNanos() > 0);
			List<String> ids = this.recorded.stream().skip(warm).map((span) -> span.get().getSpanId()).toList();
			// The recorder itself may fail near the end of the stack.
			assertThat(ids).doesNotHaveDuplicates().hasSizeGreaterThan(this.started.size() - ROUNDS);
		}

		// A thread that waits for the row of an experiment must not wait forever.
		private void runInRow() throws Exception {
			try (RowTracer rows = ((DefaultProjectTracer) this.tracer).project()
				.rows("experiment_name:deep", Route.Others.SEPARATE, false)) {
				for (int i = 0; i < ROUNDS; i++) {
					RoutedRow row = new RoutedRow(rows.route());
					ProjectSpan root = rows.start(row);
					int filling = i;
					Thread deep = new Thread(null, () -> fill(filling, () -> recurIn(row)), "deep", 256 * 1024);
					deep.setDaemon(true);
					deep.start();
					deep.join(60_000);
					FutureTask<Boolean> waiting = new FutureTask<>(() -> {
						row.awaitOpen(1, 1, TimeUnit.MILLISECONDS);
						rows.end(row, root);
						return row.ended().isEmpty();
					});
					Thread waits = new Thread(waiting);
					waits.setDaemon(true);
					waits.start();
					assertThat(waiting.get(1, TimeUnit.MINUTES)).isTrue();
				}
			}
		}

		private static void recurIn(RoutedRow row) {
			try {
				recurIn(row);
			}
			catch (StackOverflowError ex) {
				// In each frame on the way back, a little more stack is left.
				try {
					row.started();
				}
				finally {
					row.ended(null, null, null, null);
				}
			}
		}

		private boolean round(int filling) {
			try {
				fill(filling, this::recur);
			}
			catch (StackOverflowError ex) {
				// The work would get this error without spans too.
			}
			assertThat(Context.current()).isSameAs(Context.root());
			ProjectSpan after = this.tracer.taskSpan("after").startSpan();
			assertThat(((ReadableSpan) ((DefaultProjectSpan) after).delegate()).getParentSpanContext().isValid())
				.isFalse();
			after.end();
			return after.getSpanContext().isSampled() && !after.isRecording();
		}

		// Let the stack end at a different place each time.
		private static void fill(int frames, Runnable work) {
			if (frames == 0) {
				work.run();
			}
			else {
				fill(frames - 1, work);
			}
		}

		private void recur() {
			this.tracer.taskSpan("deep").input("in").run((span) -> {
				if (span.getSpanContext().isValid()) {
					this.started.add(span);
				}
				span.output("out");
				recur();
			});
		}

	}

}
