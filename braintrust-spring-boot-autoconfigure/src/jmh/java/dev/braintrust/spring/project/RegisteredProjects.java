package dev.braintrust.spring.project;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.ProjectTracerProviderCustomizer;
import dev.braintrust.spring.access.AccessCheck;
import dev.braintrust.spring.attachment.AttachmentUploads;
import dev.braintrust.spring.export.HttpClients;
import dev.braintrust.spring.export.QueueLimits;
import dev.braintrust.spring.export.SpanPipeline;
import dev.braintrust.spring.properties.BraintrustProperties;
import dev.braintrust.spring.properties.DeclaredProjects;
import dev.braintrust.spring.properties.ProjectProperties;
import dev.braintrust.spring.properties.ProjectSettings;
import dev.braintrust.spring.properties.ProjectSettingsResolver;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * Many projects, in the ways that are compared.
 */
final class RegisteredProjects {

	private static final String ENDPOINT = "http://127.0.0.1:9";

	private RegisteredProjects() {
	}

	static List<ProjectSettings> settings(int count) {
		BraintrustProperties properties = new BraintrustProperties();
		properties.setApiKey("none");
		properties.setApiUrl(ENDPOINT);
		for (int i = 0; i < count; i++) {
			properties.getProjects().put("project-" + i, new ProjectProperties());
		}
		return new ProjectSettingsResolver(properties, new StandardEnvironment()).resolve();
	}

	/**
	 * The projects alone: what records, the queues, and what is handed out.
	 */
	static AutoCloseable registry(List<ProjectSettings> settings) {
		DefaultListableBeanFactory none = new DefaultListableBeanFactory();
		DefaultBraintrustProjects projects = new DefaultBraintrustProjects(settings, new BraintrustProperties(),
				new OwnedBeans<>(ContentFilter.class, none, "projects"),
				new OwnedBeans<>(ProjectTracerProviderCustomizer.class, none, "projects"),
				new SpanPipeline(QueueLimits.DEFAULT, Duration.ZERO, HttpClients.of(new DeclaredProjects(settings), null)),
				new AttachmentUploads(new HttpClients(null)),
				new AccessCheck(new DeclaredProjects(settings), () -> new HttpClients(null), false));
		return projects::destroy;
	}

	/**
	 * An application context that declares the projects: the same, the binding of their
	 * properties and their beans.
	 */
	static AutoCloseable context(int count) {
		Map<String, Object> properties = new HashMap<>();
		properties.put("braintrust.api-key", "none");
		properties.put("braintrust.api-url", ENDPOINT);
		for (int i = 0; i < count; i++) {
			properties.put("braintrust.projects.project-" + i + ".name", "Project " + i);
		}
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("benchmark", properties));
		context.register(BraintrustAutoConfiguration.class);
		context.refresh();
		return context;
	}

	/**
	 * A provider, a batch processor and an exporter for each.
	 */
	static AutoCloseable providers(int count) {
		List<SdkTracerProvider> providers = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			OtlpHttpSpanExporter exporter = OtlpHttpSpanExporter.builder()
				.setEndpoint(URI.create(ENDPOINT + "/otel/v1/traces").toString())
				.addHeader("x-bt-parent", "project_name:" + i)
				.setTimeout(Duration.ofSeconds(10))
				.build();
			providers.add(SdkTracerProvider.builder()
				.addSpanProcessor(BatchSpanProcessor.builder(exporter).build())
				.build());
		}
		return () -> providers.forEach(SdkTracerProvider::close);
	}

}
