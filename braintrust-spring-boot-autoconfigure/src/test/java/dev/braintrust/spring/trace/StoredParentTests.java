package dev.braintrust.spring.trace;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.StoredTraceContext;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.jpa.TraceContextColumns;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.ReceivedSpan;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.StringUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link StoredParent} with a failing store of the context, which must not
 * affect the application's work.
 */
@ExtendWith(OutputCaptureExtension.class)
class StoredParentTests {

	private static final String TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03";

	private static final String UNREADABLE = "A stored trace context could not be read; this turn is traced on its own";

	private final OtlpReceiver receiver = new OtlpReceiver();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class))
		.withPropertyValues("braintrust.api-url=" + this.receiver.url(), "braintrust.api-key=sk-test",
				"braintrust.projects.support.name=Support Agent");

	@AfterEach
	void close() {
		this.receiver.close();
	}

	@Test
	void contextThatCannotBeStoredIsSaidAndTheWorkRuns(CapturedOutput output) {
		Place place = new Place(() -> null, () -> null, new UnsupportedOperationException("read-only"));
		answerAsRoot(place);
		assertThat(place.stores).isEqualTo(1);
		assertWarning(output, "A trace context could not be stored; the next turn starts a trace of its own");
	}

	@Test
	void contextThatCannotBeReadIsSaidAndTheWorkRunsInATraceOfItsOwn(CapturedOutput output) {
		Place place = new Place(() -> fail(new IllegalStateException("no session")), () -> null, null);
		answerAsRoot(place);
		assertThat(place.stores).isZero();
		assertWarning(output, UNREADABLE);
	}

	@Test
	void tracestateThatCannotBeReadIsSaidAndTheWorkRunsInATraceOfItsOwn(CapturedOutput output) {
		Place place = new Place(() -> TRACEPARENT, () -> fail(new IllegalStateException("no session")), null);
		answerAsRoot(place);
		assertThat(place.stores).isZero();
		assertWarning(output, UNREADABLE);
	}

	@Test
	void checkedExceptionThatIsNotDeclaredDoesNotReachTheWork(CapturedOutput output) {
		answerAsRoot(new Place(() -> fail(new IOException("written in Kotlin")), () -> null, null));
		assertWarning(output, UNREADABLE);
	}

	@Test
	void checkedExceptionOfStoringThatIsNotDeclaredDoesNotReachTheWork(CapturedOutput output) {
		answerAsRoot(new Place(() -> null, () -> null, new IOException("written in Kotlin")));
		assertWarning(output, "A trace context could not be stored; the next turn starts a trace of its own");
	}

	@Test
	void malformedContextIsSaidWithoutItsValue(CapturedOutput output) {
		Place place = new Place(() -> "some garbage", () -> null, null);
		answerAsRoot(place);
		assertThat(place.stores).isEqualTo(1);
		assertWarning(output, "A stored trace context is malformed; the conversation starts a new trace");
		assertThat(output).doesNotContain("some garbage");
	}

	@Test
	void entityThatIsNotWrittenIsSaidOnce(CapturedOutput output) {
		turns((tracer) -> {
			readOnly(true, () -> tracer.inTrace(new TraceContextColumns(), "answer").call((span) -> "42"));
			readOnly(true, () -> tracer.inTrace(new TraceContextColumns(), "answer").call((span) -> "42"));
		});
		assertWarning(output, "The first turn of a conversation runs in a read-only transaction, "
				+ "which does not write its trace context to the database");
	}

	@Test
	void nothingIsSaidIfTheNextTurnFindsTheTrace(CapturedOutput output) {
		TraceContextColumns stored = new TraceContextColumns();
		stored.store(TRACEPARENT, null);
		turns((tracer) -> {
			readOnly(false, () -> tracer.inTrace(new TraceContextColumns(), "answer").call((span) -> "42"));
			readOnly(true, () -> tracer.inTrace(stored, "answer").call((span) -> "42"));
			readOnly(true, () -> tracer.inTrace(new TraceContextColumns(), "id", "answer").call((span) -> "42"));
			readOnly(true, () -> tracer.inTrace(StoredTraceContext.of(new HashMap<>()), "answer").call((span) -> "42"));
		});
		assertThat(output).doesNotContain("read-only");
	}

	private void turns(Consumer<ProjectTracer> turns) {
		this.runner.run((context) -> turns.accept(context.getBean(BraintrustProjects.class).tracer("support")));
	}

	private static void readOnly(boolean readOnly, Supplier<String> turn) {
		TransactionTemplate transaction = new TransactionTemplate(new Transactions());
		transaction.setReadOnly(readOnly);
		assertThat(transaction.<String>execute((status) -> turn.get())).isEqualTo("42");
	}

	private void answerAsRoot(StoredTraceContext place) {
		this.runner.run((context) -> {
			BraintrustProjects projects = context.getBean(BraintrustProjects.class);
			String answer = projects.tracer("support").inTrace(place, "answer").call((span) -> "42");
			assertThat(answer).isEqualTo("42");
			assertThat(projects.flush(Duration.ofMinutes(1))).isTrue();
		});
		List<ReceivedSpan> spans = this.receiver.spans();
		assertThat(spans).hasSize(1).allMatch(ReceivedSpan::isRoot).noneMatch(ReceivedSpan::error);
	}

	private static void assertWarning(CapturedOutput output, String text) {
		assertThat(StringUtils.countOccurrencesOf(output.getAll(), text)).isEqualTo(1);
		// The project of these tests has no beans, which is logged too.
		assertThat(
				output.getAll().lines().filter((line) -> line.contains(" WARN ") && !line.contains("no bean uses it")))
			.hasSize(1);
	}

	@SuppressWarnings("unchecked")
	private static <E extends Exception> String fail(Exception failure) throws E {
		throw (E) failure;
	}

	/**
	 * Transactions without a resource.
	 */
	private static final class Transactions extends AbstractPlatformTransactionManager {

		@Override
		protected Object doGetTransaction() {
			return this;
		}

		@Override
		protected void doBegin(Object transaction, TransactionDefinition definition) {
		}

		@Override
		protected void doCommit(DefaultTransactionStatus status) {
		}

		@Override
		protected void doRollback(DefaultTransactionStatus status) {
		}

	}

	/**
	 * A store of a context that fails.
	 */
	private static final class Place implements StoredTraceContext {

		private final Supplier<String> traceparent;

		private final Supplier<String> tracestate;

		private final Exception failure;

		private int stores;

		Place(Supplier<String> traceparent, Supplier<String> tracestate, Exception failure) {
			this.traceparent = traceparent;
			this.tracestate = tracestate;
			this.failure = failure;
		}

		@Override
		public String traceparent() {
			return this.traceparent.get();
		}

		@Override
		public String tracestate() {
			return this.tracestate.get();
		}

		@Override
		public void store(String traceparent, String tracestate) {
			this.stores++;
			if (this.failure != null) {
				fail(this.failure);
			}
		}

	}

}
