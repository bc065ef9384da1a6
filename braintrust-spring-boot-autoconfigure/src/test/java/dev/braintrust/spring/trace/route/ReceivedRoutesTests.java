package dev.braintrust.spring.trace.route;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import dev.braintrust.spring.export.ExportStatus;
import dev.braintrust.spring.export.SpanSink;
import dev.braintrust.spring.export.WaitingSpan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class ReceivedRoutesTests {

	private static final long NEVER = TimeUnit.DAYS.toNanos(1);

	private final Map<String, Sink> sinks = new LinkedHashMap<>();

	@Test
	void requestsOfOneExperimentShareItsRoute() {
		ReceivedRoutes routes = routes(NEVER);
		RoutedRow first = routes.row("experiment_id:e-1");
		RoutedRow second = routes.row("experiment_id:e-1");
		assertThat(second.route()).isSameAs(first.route());
		assertThat(first.route().parent()).isEqualTo("experiment_id:e-1");
		assertThat(first.route().takes(this)).isTrue();
		assertThat(first.route().takes("another project")).isFalse();
		assertThat(this.sinks).hasSize(1);
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "", "project_id:p-1", "project_name:Support", "playground_id:p-1", "experiment_id:",
			"experiment_id:a b", "experiment_id:a\n", "experiment_name:a", "EXPERIMENT_ID:a" })
	void nothingButAnExperimentIsFollowed(String parent) {
		assertThat(routes(NEVER).row(parent)).isNull();
		assertThat(routes(NEVER).row("experiment_id:" + "a".repeat(65))).isNull();
		assertThat(this.sinks).isEmpty();
	}

	@Test
	void experimentThatIsOneTooManyIsNotFollowed() {
		ReceivedRoutes routes = filled(NEVER);
		assertThat(routes.row("experiment_id:one-too-many")).isNull();
		assertThat(routes.row("experiment_id:e-0")).isNotNull();
		assertThat(this.sinks).hasSize(ReceivedRoutes.MAX_ROUTES).noneSatisfy((id, sink) -> sink.assertClosed());
	}

	@Test
	void routeThatIsIdleForTheLongestTimeMakesRoom() {
		ReceivedRoutes routes = filled(0);
		routes.row("experiment_id:e-0");
		this.sinks.get("experiment_id:e-1").queued = 1;
		assertThat(routes.row("experiment_id:another")).isNotNull();
		this.sinks.get("experiment_id:e-2").assertClosed();
		assertThat(this.sinks.values()).filteredOn((sink) -> sink.closed).hasSize(1);
	}

	@Test
	void routeOfARequestThatTakesLongStaysOpen() {
		ReceivedRoutes routes = routes(0);
		routes.row("experiment_id:slow").started();
		for (int i = 1; i < ReceivedRoutes.MAX_ROUTES; i++) {
			routes.row("experiment_id:e-" + i);
		}
		assertThat(routes.row("experiment_id:another")).isNotNull();
		assertThat(this.sinks.get("experiment_id:slow").closed).isFalse();
		this.sinks.get("experiment_id:e-1").assertClosed();
	}

	private ReceivedRoutes filled(long idle) {
		ReceivedRoutes routes = routes(idle);
		for (int i = 0; i < ReceivedRoutes.MAX_ROUTES; i++) {
			assertThat(routes.row("experiment_id:e-" + i)).isNotNull();
		}
		return routes;
	}

	private ReceivedRoutes routes(long idle) {
		return new ReceivedRoutes(this, (parent) -> this.sinks.computeIfAbsent(parent, (added) -> new Sink()), idle);
	}

	private static final class Sink implements SpanSink {

		private boolean closed;

		private int queued;

		@Override
		public void add(WaitingSpan span) {
			throw new AssertionError("Nothing here ends a span");
		}

		@Override
		public boolean flush(Duration timeout) {
			return true;
		}

		@Override
		public ExportStatus status() {
			return new ExportStatus(ExportStatus.State.IDLE, 0, 0, this.queued, 0, 0, Map.of(), Map.of(), 0, 0, 0, null,
					null, null);
		}

		@Override
		public void close() {
			this.closed = true;
		}

		private void assertClosed() {
			assertThat(this.closed).isTrue();
		}

	}

}
