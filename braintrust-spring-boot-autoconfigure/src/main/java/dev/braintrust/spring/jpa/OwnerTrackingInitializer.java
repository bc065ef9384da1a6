package dev.braintrust.spring.jpa;

import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.util.ClassUtils;

/**
 * Prepares {@link TraceContextColumns} for Hibernate before a context loads entities.
 */
class OwnerTrackingInitializer implements ApplicationContextInitializer<ConfigurableApplicationContext>, Ordered {

	@Override
	public void initialize(ConfigurableApplicationContext applicationContext) {
		if (hasHibernate()) {
			HibernateOwnerTrackingDefinition.define();
		}
	}

	static boolean hasHibernate() {
		return ClassUtils.isPresent("org.hibernate.engine.spi.CompositeTracker",
				OwnerTrackingInitializer.class.getClassLoader());
	}

	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

}
