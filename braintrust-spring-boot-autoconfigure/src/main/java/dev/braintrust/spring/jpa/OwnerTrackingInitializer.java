package dev.braintrust.spring.jpa;

import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;

/**
 * Prepares {@link TraceContextColumns} for Hibernate before a context loads entities.
 */
class OwnerTrackingInitializer implements ApplicationContextInitializer<ConfigurableApplicationContext>, Ordered {

	@Override
	public void initialize(ConfigurableApplicationContext applicationContext) {
		HibernateOwnerTrackingDefinition.define();
	}

	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

}
