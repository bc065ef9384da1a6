package dev.braintrust.spring.autoconfigure;

import java.util.Map;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.autoconfigure.diagnostics.BeanOwners;

import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Keeps the builders, and the beans of OpenTelemetry, that
 * {@link BraintrustProject @BraintrustProject} gives to a project apart from those of no
 * project. Otherwise the annotated builder of one project would make the auto-configured
 * one back off, and serve the whole application in its place.
 * <p>
 * Conditions of auto-configurations do not see such a bean, so this comes before them,
 * and an injection point without the annotation never gets it. Models and clients stay
 * the candidates that they are: the annotation has them traced, and changes nobody's
 * model.
 */
final class ProjectCandidates implements ImportBeanDefinitionRegistrar {

	@Override
	public void registerBeanDefinitions(AnnotationMetadata importingClassMetadata, BeanDefinitionRegistry registry) {
		if (registry instanceof ConfigurableListableBeanFactory beanFactory) {
			keepApart(beanFactory, BeanOwners.all(beanFactory));
		}
	}

	// Called again when all beans are known.
	static void keepApart(ConfigurableListableBeanFactory beanFactory, Map<String, String> owners) {
		boolean changed = false;
		for (String beanName : owners.keySet()) {
			Class<?> type = beanFactory.getType(beanName, false);
			if (type != null && BeanOwners.isOfProjectAlone(type)) {
				keepApart(beanFactory.getBeanDefinition(beanName));
				if (ScopedProxyUtils.isScopedTarget(beanName)) {
					// What is injected is the proxy, which has no annotation.
					keepApart(beanFactory.getBeanDefinition(ScopedProxyUtils.getOriginalBeanName(beanName)));
				}
				changed = true;
			}
		}
		if (changed) {
			beanFactory.clearMetadataCache();
		}
	}

	private static void keepApart(BeanDefinition bean) {
		if (bean instanceof AbstractBeanDefinition definition) {
			definition.setDefaultCandidate(false);
			// Whoever asks the factory for the type gets a primary bean, whatever it is a
			// candidate for.
			definition.setPrimary(false);
		}
	}

}
