package dev.braintrust.spring.beside;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.propagation.Propagator;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.SdkTracerProviderBuilderCustomizer;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.otlp.OtlpGrpcSpanExporterBuilderCustomizer;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.otlp.OtlpHttpSpanExporterBuilderCustomizer;
import org.springframework.context.ApplicationContext;

/**
 * Injection points of an application and of Boot for the types of tracing beans.
 */
class InjectionPoints {

	@Autowired
	ObjectProvider<SdkTracerProvider> sdkTracerProvider;

	@Autowired
	ObjectProvider<TracerProvider> tracerProvider;

	@Autowired
	ObjectProvider<Tracer> tracer;

	@Autowired
	ObjectProvider<OpenTelemetry> openTelemetry;

	@Autowired
	ObjectProvider<SpanProcessor> spanProcessor;

	@Autowired
	ObjectProvider<SpanExporter> spanExporter;

	@Autowired
	ObjectProvider<Sampler> sampler;

	@Autowired
	ObjectProvider<Resource> resource;

	@Autowired
	ObjectProvider<SpanLimits> spanLimits;

	@Autowired
	ObjectProvider<ContextPropagators> contextPropagators;

	@Autowired
	ObjectProvider<TextMapPropagator> textMapPropagator;

	@Autowired
	ObjectProvider<MeterProvider> meterProvider;

	@Autowired
	ObjectProvider<SdkTracerProviderBuilderCustomizer> sdkTracerProviderBuilderCustomizer;

	@Autowired
	ObjectProvider<OtlpHttpSpanExporterBuilderCustomizer> otlpHttpSpanExporterBuilderCustomizer;

	@Autowired
	ObjectProvider<OtlpGrpcSpanExporterBuilderCustomizer> otlpGrpcSpanExporterBuilderCustomizer;

	@Autowired
	ObjectProvider<io.micrometer.tracing.Tracer> micrometerTracer;

	@Autowired
	ObjectProvider<Propagator> micrometerPropagator;

	@Autowired
	ObjectProvider<ObservationRegistry> observationRegistry;

	/**
	 * Return the injected beans by type: the classes of all candidates in their order,
	 * and the class of the single injected bean.
	 */
	static Map<String, List<String>> beans(ApplicationContext context) {
		InjectionPoints points = new InjectionPoints();
		context.getAutowireCapableBeanFactory().autowireBean(points);
		Map<String, List<String>> beans = new TreeMap<>();
		for (Field field : InjectionPoints.class.getDeclaredFields()) {
			List<String> candidates = new ArrayList<>();
			ObjectProvider<?> provider = provider(field, points);
			provider.orderedStream().forEach((bean) -> candidates.add(type(bean)));
			Object unique = provider.getIfUnique();
			candidates.add("single: " + ((unique != null) ? type(unique) : "none"));
			beans.put(field.getName(), candidates);
		}
		return beans;
	}

	private static ObjectProvider<?> provider(Field field, InjectionPoints points) {
		try {
			return (ObjectProvider<?>) field.get(points);
		}
		catch (IllegalAccessException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String type(Object bean) {
		return bean.getClass().getName().replaceFirst("/0x.*", "").replaceFirst("\\$\\$Lambda.*", "(lambda)");
	}

}
