package dev.braintrust.spring.isolation;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectSpanBuilder;
import dev.braintrust.spring.eval.BraintrustEvals;
import dev.braintrust.spring.eval.ExperimentResult;
import dev.braintrust.spring.eval.data.EvalCase;
import dev.braintrust.spring.eval.score.Scorers;
import dev.braintrust.spring.isolation.Step.Action;
import dev.braintrust.spring.isolation.Step.Owner;
import io.micrometer.context.ContextExecutorService;
import io.micrometer.context.ContextSnapshotFactory;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the steps of a random program in an application with or without the starter. It
 * records the expected parent of each project span from the nesting of the steps alone,
 * without looking at the current context.
 */
final class Program {

	/**
	 * The prefix of the names of rows. A row's name represents the span of its task.
	 */
	static final String ROW = "row ";

	private final ApplicationContext context;

	private final @Nullable BraintrustProjects projects;

	private final ExecutorService threads;

	private final Map<String, Expected> expected = new ConcurrentSkipListMap<>();

	private final AtomicInteger rows = new AtomicInteger();

	Program(ApplicationContext context, ExecutorService threads) {
		this.context = context;
		this.projects = context.getBeanProvider(BraintrustProjects.class).getIfAvailable();
		this.threads = threads;
	}

	/**
	 * Run the program.
	 * @param step its outermost step
	 * @return the expected project spans by name
	 */
	Map<String, Expected> run(Step step) throws Exception {
		run(step, new EnumMap<>(Owner.class));
		return this.expected;
	}

	private void run(Step step, Map<Owner, Around> spans) throws Exception {
		Context before = Context.current();
		try {
			act(step, spans);
			assertThat(step.fails() && isSpan(step)).as("%s should have failed", step.name()).isFalse();
		}
		catch (PlannedException ex) {
			assertThat(step.fails()).as("%s should not have failed", step.name()).isTrue();
		}
		assertThat(Context.current()).as("what is current after %s %s", step.action(), step.name()).isSameAs(before);
	}

	private static boolean isSpan(Step step) {
		return List.of(Action.SPAN, Action.ROOT).contains(step.action());
	}

	private void act(Step step, Map<Owner, Around> spans) throws Exception {
		switch (step.action()) {
			case SPAN, ROOT -> inSpan(step, spans);
			case BY_HAND -> byHand(step, spans);
			case HANDED_OUT -> handedOut(step, spans);
			case CANCELLED -> cancelled(step, spans);
			case OBSERVATION -> Observation.createNotStarted("observation " + step.id(), observations())
				.observeChecked(() -> steps(step, spans));
			case BAGGAGE -> Surroundings.BAGGAGE.around(app(), () -> steps(step, spans));
			case UNSAMPLED -> Surroundings.UNSAMPLED_SPAN.around(app(), () -> steps(step, spans));
			case PLAIN_THREAD -> get(this.threads.submit(() -> onThread(step)));
			case WRAPPED_THREAD -> get(Context.taskWrapping(this.threads).submit(() -> steps(step, spans)));
			case CARRIED_THREAD -> get(carrying().submit(() -> steps(step, spans)));
			case CONCURRENT -> concurrent(step, spans);
			case ROW -> inRow(step, spans);
		}
	}

	// The surroundings in this program need no application.
	private static @Nullable App app() {
		return null;
	}

	private ObservationRegistry observations() {
		return this.context.getBean(ObservationRegistry.class);
	}

	private ExecutorService carrying() {
		return ContextExecutorService.wrap(this.threads, ContextSnapshotFactory.builder().build());
	}

	private Object steps(Step step, Map<Owner, Around> spans) throws Exception {
		for (Step inner : step.steps()) {
			run(inner, spans);
		}
		return step;
	}

	private Object onThread(Step step) throws Exception {
		assertThat(Context.current()).as("what was left on a thread").isSameAs(Context.root());
		return steps(step, new EnumMap<>(Owner.class));
	}

	private void inSpan(Step step, Map<Owner, Around> spans) throws Exception {
		Span current = Span.current();
		if (step.owner() == Owner.APP) {
			Span span = appSpan(step);
			try (Scope ignored = span.makeCurrent()) {
				inside(step, spans);
			}
			finally {
				span.end();
			}
		}
		else if (this.projects != null) {
			builder(step, spans).run((span) -> {
				assertThat(Span.current()).as("current in %s", step.name()).isSameAs(current);
				inside(step, below(step, spans));
			});
		}
		else {
			inside(step, spans);
		}
	}

	private void inside(Step step, Map<Owner, Around> spans) throws Exception {
		steps(step, spans);
		if (step.fails()) {
			throw new PlannedException();
		}
	}

	private void byHand(Step step, Map<Owner, Around> spans) throws Exception {
		Span span = startSpan(step, spans);
		try (Scope ignored = (span != null) ? span.makeCurrent() : Scope.noop()) {
			steps(step, below(step, spans));
		}
		end(span, step);
	}

	private void handedOut(Step step, Map<Owner, Around> spans) throws Exception {
		Span span = startSpan(step, spans);
		steps(step, spans);
		get(this.threads.submit(() -> end(span, step)));
	}

	private @Nullable Span startSpan(Step step, Map<Owner, Around> spans) {
		if (step.owner() == Owner.APP) {
			return appSpan(step);
		}
		return (this.projects != null) ? builder(step, spans).startSpan() : null;
	}

	private static Object end(@Nullable Span span, Step step) {
		if (span != null) {
			if (step.fails()) {
				span.recordException(new PlannedException());
			}
			span.end();
			span.end();
		}
		return step;
	}

	// The cancelled work waits inside its span for the interrupt.
	private void cancelled(Step step, Map<Owner, Around> spans) throws Exception {
		CountDownLatch started = new CountDownLatch(1);
		CountDownLatch ended = new CountDownLatch(1);
		Callable<Object> waiting = () -> {
			started.countDown();
			new CountDownLatch(1).await();
			return step;
		};
		Future<?> future = Context.taskWrapping(this.threads).submit(() -> {
			try {
				return waitIn(step, spans, waiting);
			}
			finally {
				ended.countDown();
			}
		});
		assertThat(started.await(1, TimeUnit.MINUTES)).as("%s starts", step.name()).isTrue();
		future.cancel(true);
		assertThat(ended.await(1, TimeUnit.MINUTES)).as("%s is cancelled", step.name()).isTrue();
	}

	private Object waitIn(Step step, Map<Owner, Around> spans, Callable<Object> waiting) throws Exception {
		if (step.owner() == Owner.APP) {
			Span span = appSpan(step);
			try (Scope ignored = span.makeCurrent()) {
				steps(step, spans);
				return waiting.call();
			}
			finally {
				span.end();
			}
		}
		if (this.projects == null) {
			steps(step, spans);
			return waiting.call();
		}
		return builder(step, spans).call((span) -> {
			steps(step, below(step, spans));
			return waiting.call();
		});
	}

	private void concurrent(Step step, Map<Owner, Around> spans) throws Exception {
		List<Future<?>> futures = new ArrayList<>();
		for (Step inner : step.steps()) {
			futures.add(Context.taskWrapping(this.threads).submit(() -> {
				run(inner, spans);
				return inner;
			}));
		}
		for (Future<?> future : futures) {
			get(future);
		}
	}

	// A row inside a row of the same project is rejected, so run only the steps. A row
	// runs on this thread, where the outer spans are current, or on another thread.
	private void inRow(Step step, Map<Owner, Around> spans) throws Exception {
		if (step.owner() == Owner.APP || row(step, spans) != null) {
			steps(step, spans);
			return;
		}
		Map<Owner, Around> inside = step.fails() ? new EnumMap<>(Owner.class) : new EnumMap<>(spans);
		inside.put(step.owner(), new Around(ROW + step.id(), ROW + step.id()));
		if (this.projects != null) {
			asRow(step, inside);
		}
		else if (step.fails()) {
			get(this.threads.submit(() -> steps(step, inside)));
		}
		else {
			steps(step, inside);
		}
	}

	private void asRow(Step step, Map<Owner, Around> inside) throws Exception {
		ExperimentResult<Integer, Integer, Integer> result = this.context.getBean(BraintrustEvals.class)
			.of(key(step))
			.experiment(ROW + step.id())
			.cases(EvalCase.of(step.id(), step.id()))
			.task((input) -> {
				steps(step, inside);
				return input;
			})
			.scorers(Scorers.exactMatch())
			.maxConcurrency(step.fails() ? 2 : 1)
			.run();
		Throwable failure = result.rows().get(0).error();
		if (failure != null) {
			throw new AssertionError(failure);
		}
		assertThat(result.sent()).isTrue();
		this.rows.incrementAndGet();
	}

	private static @Nullable String row(Step step, Map<Owner, Around> spans) {
		Around around = spans.get(step.owner());
		return (around != null) ? around.row() : null;
	}

	/**
	 * The number of rows that have run.
	 */
	int rows() {
		return this.rows.get();
	}

	private static String key(Step step) {
		return step.owner().name().toLowerCase(Locale.ROOT);
	}

	private Span appSpan(Step step) {
		SpanBuilder builder = this.context.getBean(OpenTelemetry.class).getTracer("app").spanBuilder(step.name());
		return ((step.action() == Action.ROOT) ? builder.setNoParent() : builder).startSpan();
	}

	private ProjectSpanBuilder builder(Step step, Map<Owner, Around> spans) {
		boolean root = step.action() == Action.ROOT;
		Around around = spans.get(step.owner());
		String row = row(step, spans);
		// A root span in a row stays in the row.
		String parent = (around == null || (root && row == null)) ? "none" : around.span();
		boolean fails = step.fails() || step.action() == Action.CANCELLED;
		assertThat(this.expected.put(step.name(), new Expected(parent, step.owner(), fails, row))).isNull();
		return root ? this.projects.tracer(key(step)).rootSpan(step.name())
				: this.projects.tracer(key(step)).taskSpan(step.name());
	}

	private static Map<Owner, Around> below(Step step, Map<Owner, Around> spans) {
		Map<Owner, Around> below = new EnumMap<>(spans);
		below.put(step.owner(), new Around(step.name(), row(step, spans)));
		return below;
	}

	private static void get(Future<?> future) throws Exception {
		try {
			future.get(1, TimeUnit.MINUTES);
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof Error error) {
				throw error;
			}
			throw ex;
		}
	}

	/**
	 * The expectation for a received span.
	 *
	 * @param parent the name of its parent, or {@code none}
	 * @param owner the project
	 * @param fails whether it ends with an error
	 * @param row the name of its row, {@code null} outside of rows
	 */
	record Expected(String parent, Owner owner, boolean fails, @Nullable String row) {
	}

	/**
	 * The span and row of one project that enclose a step.
	 *
	 * @param span the name of the span
	 * @param row the name of the row, {@code null} outside of rows
	 */
	private record Around(String span, @Nullable String row) {
	}

	/**
	 * A failure that the program throws on purpose.
	 */
	static final class PlannedException extends Exception {

	}

}
