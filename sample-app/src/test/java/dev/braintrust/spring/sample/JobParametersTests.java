package dev.braintrust.spring.sample;

import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.StoredTraceContext;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.proto.trace.v1.Span;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Job parameters can carry a project's trace context, like message headers.
 */
class JobParametersTests {

	private static final TaskDescriptor<Parameters> TASK = TaskDescriptor.of("report", Parameters.class);

	@Test
	void jobIsBelowTheSpanThatScheduledItAndASecondJobIsATurnOfItsConversation() throws Exception {
		try (ReceivingServer braintrust = new ReceivingServer()) {
			new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class))
				.withPropertyValues("braintrust.api-url=" + braintrust.url(), "braintrust.api-key=test-key",
						"braintrust.projects.support.name=Support Desk")
				.run((context) -> {
					BraintrustProjects projects = context.getBean(BraintrustProjects.class);
					runJob(projects.tracer("support"));
					assertThat(projects.flush(Duration.ofSeconds(20))).isTrue();
				});
			verify(braintrust.requests().stream().flatMap((request) -> request.spans().stream()).toList());
		}
	}

	private static void verify(List<Span> spans) {
		assertThat(spans).extracting(Span::getName).containsExactlyInAnyOrder("schedule", "job", "turn");
		Span schedule = named(spans, "schedule");
		assertThat(schedule.getParentSpanId().isEmpty()).isTrue();
		for (String name : List.of("job", "turn")) {
			assertThat(named(spans, name).getTraceId()).isEqualTo(schedule.getTraceId());
			assertThat(named(spans, name).getParentSpanId()).isEqualTo(schedule.getSpanId());
		}
	}

	private static Span named(List<Span> spans, String name) {
		return spans.stream().filter((span) -> span.getName().equals(name)).findFirst().orElseThrow();
	}

	private static void runJob(ProjectTracer tracer) throws InterruptedException {
		CountDownLatch done = new CountDownLatch(1);
		OneTimeTask<Parameters> task = Tasks.oneTime(TASK).execute((job, context) -> {
			Map<String, String> trace = job.getData().trace();
			Context sender = tracer.propagator().extract(Context.root(), trace, new MapGetter());
			tracer.taskSpan("job").setParent(sender).run((span) -> assertThat(job.getData().report()).isEqualTo(7));
			tracer.inTrace(StoredTraceContext.of(trace), "turn").run((span) -> {
			});
			done.countDown();
		});
		Scheduler scheduler = Scheduler.create(database(), task)
			.pollingInterval(Duration.ofMillis(50))
			.threads(1)
			.build();
		scheduler.start();
		try {
			tracer.rootSpan("schedule").run((span) -> {
				Map<String, String> trace = new HashMap<>();
				tracer.propagator().inject(Context.current(), trace, Map::put);
				scheduler
					.scheduleIfNotExists(TASK.instance("7").data(new Parameters(7, trace)).scheduledTo(Instant.now()));
			});
			assertThat(done.await(1, TimeUnit.MINUTES)).isTrue();
		}
		finally {
			scheduler.stop();
		}
	}

	private static DataSource database() {
		DataSource database = new DriverManagerDataSource(
				"jdbc:h2:mem:jobs;MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DB_CLOSE_DELAY=-1");
		new ResourceDatabasePopulator(new ClassPathResource("schema.sql")).execute(database);
		return database;
	}

	/**
	 * The parameters of a job.
	 *
	 * @param report the number of the report
	 * @param trace the headers of the trace
	 */
	record Parameters(int report, Map<String, String> trace) implements Serializable {
	}

	/**
	 * Reads a map.
	 */
	private static final class MapGetter implements TextMapGetter<Map<String, String>> {

		@Override
		public Iterable<String> keys(Map<String, String> carrier) {
			return carrier.keySet();
		}

		@Override
		public String get(Map<String, String> carrier, String key) {
			return carrier.get(key);
		}

	}

}
