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
 * Keeps the {@code ChatClient.Builder} and OpenTelemetry beans of a project out of
 * injection points that have no {@link BraintrustProject @BraintrustProject}. Otherwise
 * an annotated builder would make Spring AI's own builder back off, and would serve the
 * whole application.
 * <p>
 * It runs before the conditions of auto-configurations, so that they do not see these
 * beans. Models and clients stay candidates: the annotation selects the project that
 * traces them and does not limit who may inject them.
 */
final class ProjectCandidates implements ImportBeanDefinitionRegistrar {

	@Override
	public void registerBeanDefinitions(AnnotationMetadata importingClassMetadata, BeanDefinitionRegistry registry) {
		if (registry instanceof ConfigurableListableBeanFactory beanFactory) {
			keepApart(beanFactory, BeanOwners.all(beanFactory));
		}
	}

	// Called again by ProjectBeanCheck, when all beans are known.
	static void keepApart(ConfigurableListableBeanFactory beanFactory, Map<String, String> owners) {
		boolean changed = false;
		for (String beanName : owners.keySet()) {
			Class<?> type = beanFactory.getType(beanName, false);
			if (type != null && BeanOwners.isOfProjectAlone(type)) {
				keepApart(beanFactory.getBeanDefinition(beanName));
				if (ScopedProxyUtils.isScopedTarget(beanName)) {
					// Spring injects the proxy, which has no annotation.
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
			// A lookup by type returns the primary bean even if it is no
			// default candidate.
			definition.setPrimary(false);
		}
	}

}
