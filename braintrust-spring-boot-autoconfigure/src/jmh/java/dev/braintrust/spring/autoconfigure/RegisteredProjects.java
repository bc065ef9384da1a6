package dev.braintrust.spring.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ClientInstrumentation;
import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.ProjectTracerProviderCustomizer;
import dev.braintrust.spring.api.AccessCheck;
import dev.braintrust.spring.api.HttpClients;
import dev.braintrust.spring.api.MemoryBudget;
import dev.braintrust.spring.autoconfigure.properties.BraintrustProperties;
import dev.braintrust.spring.autoconfigure.properties.SettingsSource;
import dev.braintrust.spring.export.QueueLimits;
import dev.braintrust.spring.export.SpanPipeline;
import dev.braintrust.spring.linkage.ProjectSwitches;
import dev.braintrust.spring.settings.DeclaredProjects;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.trace.Project;
import dev.braintrust.spring.trace.SpanDestination;
import dev.braintrust.spring.upload.AttachmentUploads;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.env.OriginTrackedMapPropertySource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/**
 * Starts many projects in each of the compared ways.
 */
final class RegisteredProjects {

	private RegisteredProjects() {
	}

	static List<ProjectSettings> settings(int count, String url) {
		SettingsSource source = new SettingsSource(null).property("braintrust.api-key", "none")
			.property("braintrust.api-url", url);
		for (int i = 0; i < count; i++) {
			source.property("braintrust.projects.project-" + i, "");
		}
		return source.resolve();
	}

	/**
	 * Only the projects: their tracers and queues.
	 */
	static Started registry(List<ProjectSettings> settings) {
		DefaultListableBeanFactory none = new DefaultListableBeanFactory();
		DeclaredProjects declared = new DeclaredProjects(settings);
		HttpClients clients = HttpClients.of(declared, null);
		DefaultBraintrustProjects projects = new DefaultBraintrustProjects(settings, BraintrustProperties.of(List.of()),
				new OwnedBeans<>(ContentFilter.class, none, "projects"),
				new OwnedBeans<>(ProjectTracerProviderCustomizer.class, none, "projects"),
				new SpanDestination(new SpanPipeline(QueueLimits.DEFAULT, Duration.ZERO, clients),
						new AttachmentUploads(clients, new MemoryBudget(64 << 20)), null),
				new AccessCheck(declared, clients, false), new ProjectSwitches(),
				none.getBeanProvider(ClientInstrumentation.class));
		return new Registry(projects, projects::destroy);
	}

	/**
	 * An application context that declares the projects: the same plus their beans and
	 * the binding of their properties, as from a file.
	 */
	static Started context(int count, String url) {
		Map<String, Object> properties = new HashMap<>();
		properties.put("braintrust.api-key", "none");
		properties.put("braintrust.api-url", url);
		for (int i = 0; i < count; i++) {
			properties.put("braintrust.projects.project-" + i + ".name", "Project " + i);
		}
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.getEnvironment().getPropertySources().addFirst(new OriginTrackedMapPropertySource("benchmark", properties, true));
		context.register(BraintrustAutoConfiguration.class);
		context.refresh();
		return new Registry(context.getBean(BraintrustProjects.class), context);
	}

	/**
	 * A separate tracer provider, batch processor and exporter for each project.
	 */
	static Started providers(int count, String url) {
		List<SdkTracerProvider> providers = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			OtlpHttpSpanExporter exporter = OtlpHttpSpanExporter.builder()
				.setMeterProvider(MeterProvider.noop())
				.setEndpoint(url + "/otel/v1/traces")
				.addHeader("x-bt-parent", "project_name:" + i)
				.setTimeout(Duration.ofSeconds(10))
				.build();
			providers.add(SdkTracerProvider.builder()
				.addSpanProcessor(BatchSpanProcessor.builder(exporter).build())
				.build());
		}
		return new Providers(providers);
	}

	/**
	 * Started projects.
	 */
	interface Started extends AutoCloseable {

		/**
		 * End a span of each project, and wait until all are accepted.
		 */
		void export();

	}

	/**
	 * Projects of this starter.
	 */
	private record Registry(BraintrustProjects projects, AutoCloseable owner) implements Started {

		@Override
		public void export() {
			for (String key : this.projects.keys()) {
				this.projects.tracer(key).rootSpan("span").run((span) -> span.input("question"));
			}
			if (!this.projects.flush(Duration.ofMinutes(1))) {
				throw new IllegalStateException("Spans were not accepted");
			}
		}

		@Override
		public void close() throws Exception {
			this.owner.close();
		}

	}

	/**
	 * Separate providers.
	 */
	private record Providers(List<SdkTracerProvider> providers) implements Started {

		@Override
		public void export() {
			this.providers.forEach((provider) -> provider.get("benchmark")
				.spanBuilder("span")
				.setAttribute("input", "question")
				.startSpan()
				.end());
			List<CompletableResultCode> flushes = this.providers.stream().map(SdkTracerProvider::forceFlush).toList();
			if (!CompletableResultCode.ofAll(flushes).join(1, TimeUnit.MINUTES).isSuccess()) {
				throw new IllegalStateException("Spans were not accepted");
			}
		}

		@Override
		public void close() {
			List<CompletableResultCode> ends = this.providers.stream().map(SdkTracerProvider::shutdown).toList();
			CompletableResultCode.ofAll(ends).join(1, TimeUnit.MINUTES);
		}

	}

}
