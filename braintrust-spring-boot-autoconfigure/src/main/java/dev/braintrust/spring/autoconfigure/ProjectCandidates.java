package dev.braintrust.spring.autoconfigure;

import java.util.Map;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.autoconfigure.diagnostics.BeanOwners;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Keeps the beans of the application that {@link BraintrustProject @BraintrustProject}
 * gives to a project apart from those of no project. Otherwise the annotated builder or
 * model of one project would make the auto-configured one back off, and serve the whole
 * application in its place.
 * <p>
 * Conditions of auto-configurations do not see such a bean, so this comes before them. An
 * injection point without the annotation never gets a builder, or a bean of
 * OpenTelemetry, of a project; it gets a model or a client of a provider only if there is
 * no other. A model that is primary stays as it is: that is how an application says that
 * the rest of it uses the model too.
 */
final class ProjectCandidates implements ImportBeanDefinitionRegistrar {

	private static final String HIDDEN = ProjectCandidates.class.getName() + ".hidden";

	@Override
	public void registerBeanDefinitions(AnnotationMetadata importingClassMetadata, BeanDefinitionRegistry registry) {
		if (registry instanceof ConfigurableListableBeanFactory beanFactory) {
			hide(beanFactory, BeanOwners.all(beanFactory));
		}
	}

	private static void hide(ConfigurableListableBeanFactory beanFactory, Map<String, String> owners) {
		boolean changed = false;
		for (String beanName : owners.keySet()) {
			Class<?> type = beanFactory.getType(beanName, false);
			if (type != null && beanFactory.getBeanDefinition(beanName) instanceof AbstractBeanDefinition definition
					&& definition.isDefaultCandidate() && isKeptApart(type, definition)) {
				definition.setAttribute(HIDDEN, true);
				definition.setDefaultCandidate(false);
				changed = true;
			}
		}
		if (changed) {
			beanFactory.clearMetadataCache();
		}
	}

	private static boolean isKeptApart(Class<?> type, AbstractBeanDefinition definition) {
		return BeanOwners.isOfProjectAlone(type) || (BeanOwners.isConfiguredByOthers(type) && !definition.isPrimary());
	}

	// Say who gets the beans, when all of them are known and conditions have been
	// evaluated.
	static void settle(ConfigurableListableBeanFactory beanFactory, Map<String, String> owners) {
		for (Map.Entry<String, String> bean : owners.entrySet()) {
			Class<?> type = beanFactory.getType(bean.getKey(), false);
			if (type == null
					|| !(beanFactory.getBeanDefinition(bean.getKey()) instanceof AbstractBeanDefinition definition)
					|| !isKeptApart(type, definition)) {
				continue;
			}
			if (BeanOwners.isOfProjectAlone(type)) {
				definition.setDefaultCandidate(false);
				// Whoever asks the factory for the type gets a primary bean, whatever it
				// is a candidate for.
				definition.setPrimary(false);
			}
			else {
				definition.setFallback(true);
				if (definition.getAttribute(HIDDEN) != null) {
					definition.setDefaultCandidate(true);
				}
			}
		}
		beanFactory.clearMetadataCache();
	}

}
