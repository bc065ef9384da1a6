package dev.braintrust.spring.actuate;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;

import dev.braintrust.spring.api.HttpClients;
import dev.braintrust.spring.api.MemoryBudget;
import dev.braintrust.spring.autoconfigure.properties.SettingsSource;
import dev.braintrust.spring.export.QueueLimits;
import dev.braintrust.spring.export.SpanPipeline;
import dev.braintrust.spring.settings.DeclaredProjects;
import dev.braintrust.spring.trace.SpanDestination;
import dev.braintrust.spring.upload.AttachmentUploads;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests that a registry that outlives the context holds no reference to it.
 */
class RetainedMetersTests {

	@Test
	void metersLetThePipelineAndTheUploadsGo() {
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		List<WeakReference<Object>> references = bind(registry);
		assertThat(registry.getMeters()).isNotEmpty();
		await().untilAsserted(() -> {
			System.gc();
			assertThat(references).allMatch((reference) -> reference.refersTo(null));
		});
		assertThat(registry.getMeters()).isNotEmpty();
	}

	private List<WeakReference<Object>> bind(MeterRegistry registry) {
		DeclaredProjects declared = new DeclaredProjects(List.of(new SettingsSource(null).settings()));
		AttachmentUploads uploads = new AttachmentUploads(new HttpClients(null), new MemoryBudget(1));
		try (SpanPipeline pipeline = new SpanPipeline(QueueLimits.DEFAULT, Duration.ZERO, new HttpClients(null))) {
			new BraintrustMeters(declared, new SpanDestination(pipeline, uploads, null)).bindTo(registry);
			return List.of(new WeakReference<>(pipeline), new WeakReference<>(uploads));
		}
	}

}
