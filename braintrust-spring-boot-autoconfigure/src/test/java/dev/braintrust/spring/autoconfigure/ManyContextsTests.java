package dev.braintrust.spring.autoconfigure;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.support.OtlpReceiver;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests that closed application contexts leave no objects and threads behind, even after
 * many contexts.
 */
@Tag("fault")
class ManyContextsTests {

	private static final int CONTEXTS = 200;

	@Test
	@Timeout(300)
	void contextsThatHaveClosedLeaveNeitherThreadsNorProjects() {
		List<WeakReference<Object>> closed = new ArrayList<>();
		// HTTP clients of other tests keep their threads until they are
		// garbage collected.
		Set<Thread> before = Thread.getAllStackTraces().keySet();
		try (OtlpReceiver receiver = new OtlpReceiver()) {
			ApplicationContextRunner runner = new ApplicationContextRunner()
				.withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class))
				.withPropertyValues("braintrust.api-key=sk-test", "braintrust.api-url=" + receiver.url(),
						"braintrust.app-url=" + receiver.url(), "braintrust.projects.support.name=Support");
			for (int i = 0; i < CONTEXTS; i++) {
				runner.run((context) -> {
					BraintrustProjects projects = context.getBean(BraintrustProjects.class);
					ProjectTracer tracer = projects.tracer("support");
					tracer.taskSpan("task").run((span) -> span.input("question"));
					closed.add(new WeakReference<>(projects));
				});
			}
			assertThat(receiver.spans()).hasSize(CONTEXTS);
		}
		await().untilAsserted(() -> assertThat(started(before)).isEmpty());
		await().untilAsserted(() -> {
			System.gc();
			assertThat(held(closed)).isLessThanOrEqualTo(1);
		});
	}

	private static long held(List<WeakReference<Object>> references) {
		return references.stream().filter((reference) -> reference.get() != null).count();
	}

	private static Set<String> started(Set<Thread> before) {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> !before.contains(thread))
			.map(Thread::getName)
			.filter((name) -> name.startsWith("braintrust") || name.startsWith("HttpClient-"))
			.collect(Collectors.toSet());
	}

}
