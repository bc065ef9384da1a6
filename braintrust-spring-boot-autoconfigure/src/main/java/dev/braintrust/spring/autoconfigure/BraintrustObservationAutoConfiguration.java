package dev.braintrust.spring.autoconfigure;

import dev.braintrust.spring.trace.micrometer.ObservedProjectContext;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * {@link EnableAutoConfiguration Auto-configuration} that keeps project spans current
 * while Micrometer observations open and close scopes around them. Only Micrometer's
 * bridge to OpenTelemetry changes the current OpenTelemetry context. Without the bridge,
 * no handler is registered.
 */
@AutoConfiguration
@ConditionalOnClass(value = ObservationHandler.class,
		name = "io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext")
public final class BraintrustObservationAutoConfiguration {

	BraintrustObservationAutoConfiguration() {
	}

	@Bean
	static ObservedProjectContext braintrustObservedProjectContext() {
		return new ObservedProjectContext();
	}

	@Bean
	@Order(Ordered.LOWEST_PRECEDENCE)
	ObservationHandler<Observation.Context> braintrustObservationHandler(ObservedProjectContext context) {
		return context.lastHandler();
	}

}
