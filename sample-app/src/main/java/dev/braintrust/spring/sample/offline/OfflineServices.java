package dev.braintrust.spring.sample.offline;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.aot.AbstractAotProcessor;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.StringUtils;

/**
 * Starts a stand-in for each service whose address is not configured, before any bean
 * needs the address.
 */
public final class OfflineServices implements ApplicationContextInitializer<GenericApplicationContext> {

	private static final String TELEMETRY_ENDPOINT = "management.opentelemetry.tracing.export.otlp.endpoint";

	@Override
	public void initialize(GenericApplicationContext context) {
		if (Boolean.getBoolean(AbstractAotProcessor.AOT_PROCESSING)) {
			// Code generation needs no servers. But Boot exports the application's
			// telemetry only if an endpoint is known at this time.
			context.getEnvironment()
				.getPropertySources()
				.addLast(new MapPropertySource("offlineServices", Map.of(TELEMETRY_ENDPOINT, "http://localhost:4318")));
			return;
		}
		ConfigurableEnvironment environment = context.getEnvironment();
		boolean noModel = isMissing(environment, "spring.ai.openai.base-url", "spring.ai.openai.api-key",
				"OPENAI_BASE_URL", "OPENAI_API_KEY");
		boolean noBraintrust = isMissing(environment, "braintrust.api-url", "braintrust.api-key");
		boolean noTelemetry = isMissing(environment, TELEMETRY_ENDPOINT);
		Map<String, Object> properties = new LinkedHashMap<>();
		if (noModel) {
			ModelServer model = ModelServer.start();
			context.registerBean(ModelServer.class, () -> model);
			properties.put("spring.ai.openai.base-url", model.url());
			properties.put("spring.ai.openai.api-key", "offline");
		}
		CollectedSpans spans = new CollectedSpans(noBraintrust, noTelemetry);
		context.registerBean(CollectedSpans.class, () -> spans);
		if (noBraintrust || noTelemetry) {
			Collector collector = Collector.start(spans);
			context.registerBean(Collector.class, () -> collector);
			if (noBraintrust) {
				properties.put("braintrust.api-url", collector.url());
				properties.put("braintrust.api-key", "offline");
				// The stand-in has no accounts to check.
				properties.put("braintrust.check-on-startup", "false");
			}
			if (noTelemetry) {
				properties.put(TELEMETRY_ENDPOINT, collector.url() + Collector.TELEMETRY_PATH);
			}
		}
		// First, so that it overrides variables that are set but empty.
		environment.getPropertySources().addFirst(new MapPropertySource("offlineServices", properties));
	}

	private static boolean isMissing(ConfigurableEnvironment environment, String... properties) {
		return Stream.of(properties).map(environment::getProperty).noneMatch(StringUtils::hasText);
	}

}
