package dev.braintrust.spring.test;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.test.context.TestContextAnnotationUtils;

/**
 * Adds a recorder to the context of every test, unless the test sends its spans. All
 * other tests get equal customizers, so they still share cached contexts.
 */
class RecordedSpansContextCustomizerFactory implements ContextCustomizerFactory {

	private static final String BEAN_NAME = "braintrustRecordedSpans";

	@Override
	public @Nullable ContextCustomizer createContextCustomizer(Class<?> testClass,
			List<ContextConfigurationAttributes> configAttributes) {
		AutoConfigureBraintrustTest annotation = TestContextAnnotationUtils.findMergedAnnotation(testClass,
				AutoConfigureBraintrustTest.class);
		return (annotation != null && annotation.export()) ? null : new RecordedSpansContextCustomizer();
	}

	// Registers the recorder. A record, so that all instances are equal.
	private record RecordedSpansContextCustomizer() implements ContextCustomizer {

		@Override
		public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration mergedConfig) {
			if (context.getBeanFactory() instanceof BeanDefinitionRegistry registry
					&& !registry.containsBeanDefinition(BEAN_NAME)) {
				RootBeanDefinition definition = new RootBeanDefinition(RecordedSpans.class);
				definition.setRole(BeanDefinition.ROLE_INFRASTRUCTURE);
				// A recorder that the test defines itself overrides this one.
				definition.setFallback(true);
				registry.registerBeanDefinition(BEAN_NAME, definition);
			}
		}

	}

}
