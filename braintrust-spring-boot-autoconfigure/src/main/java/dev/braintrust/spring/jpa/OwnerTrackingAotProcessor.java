package dev.braintrust.spring.jpa;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.aot.BeanFactoryInitializationAotContribution;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.io.ByteArrayResource;

/**
 * Prepares {@link TraceContextColumns} for Hibernate ahead of time, since a native image
 * cannot define classes. The generated class precedes the empty one of the library on the
 * class path.
 */
class OwnerTrackingAotProcessor implements BeanFactoryInitializationAotProcessor {

	@Override
	public @Nullable BeanFactoryInitializationAotContribution processAheadOfTime(
			ConfigurableListableBeanFactory beanFactory) {
		if (!OwnerTrackingInitializer.hasHibernate()) {
			return null;
		}
		return (generationContext, code) -> generationContext.getGeneratedFiles()
			.addClassFile(HibernateOwnerTrackingDefinition.INTERFACE + ".class",
					new ByteArrayResource(HibernateOwnerTrackingDefinition.bytes()));
	}

}
