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
 * Puts a recorder into every context of a test, unless the test asks to send. All tests
 * that do not get the same customizer, so it keeps none of them from sharing a context.
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

	// Registers the recorder. A record, so that all of them are equal.
	private record RecordedSpansContextCustomizer() implements ContextCustomizer {

		@Override
		public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration mergedConfig) {
			if (context.getBeanFactory() instanceof BeanDefinitionRegistry registry
					&& !registry.containsBeanDefinition(BEAN_NAME)) {
				RootBeanDefinition definition = new RootBeanDefinition(RecordedSpans.class);
				definition.setRole(BeanDefinition.ROLE_INFRASTRUCTURE);
				// One that the test defines itself takes its place.
				definition.setFallback(true);
				registry.registerBeanDefinition(BEAN_NAME, definition);
			}
		}

	}

}
