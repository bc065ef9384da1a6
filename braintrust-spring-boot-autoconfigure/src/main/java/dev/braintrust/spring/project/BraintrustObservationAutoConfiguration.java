package dev.braintrust.spring.project;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * {@link EnableAutoConfiguration Auto-configuration} that keeps the spans of projects
 * current while Micrometer observations open and close scopes around them.
 */
@AutoConfiguration
@ConditionalOnClass(ObservationHandler.class)
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
