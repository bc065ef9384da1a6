package dev.braintrust.spring.sample.offline;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.StringUtils;

/**
 * Starts a stand-in for each service that the environment does not name, before anything
 * asks for its address. What is set explicitly is used instead.
 */
public final class OfflineServices implements ApplicationContextInitializer<GenericApplicationContext> {

	private static final String TELEMETRY_ENDPOINT = "management.opentelemetry.tracing.export.otlp.endpoint";

	@Override
	public void initialize(GenericApplicationContext context) {
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
				// The stand-in knows no accounts.
				properties.put("braintrust.check-on-startup", "false");
			}
			if (noTelemetry) {
				properties.put(TELEMETRY_ENDPOINT, collector.url() + Collector.TELEMETRY_PATH);
			}
		}
		// First, so that a variable that is set but empty counts as not set.
		environment.getPropertySources().addFirst(new MapPropertySource("offlineServices", properties));
	}

	private static boolean isMissing(ConfigurableEnvironment environment, String... properties) {
		return Stream.of(properties).map(environment::getProperty).noneMatch(StringUtils::hasText);
	}

}
