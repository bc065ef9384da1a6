package dev.braintrust.spring.actuate;

import dev.braintrust.spring.autoconfigure.properties.BraintrustProperties;
import dev.braintrust.spring.settings.DeclaredProjects;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} of what masks the secrets of
 * projects in endpoints that show properties.
 */
@AutoConfiguration(afterName = "dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration")
@ConditionalOnClass(SanitizingFunction.class)
public final class BraintrustSanitizingAutoConfiguration {

	private BraintrustSanitizingAutoConfiguration() {
	}

	@Bean
	SanitizingFunction braintrustSanitizingFunction(ObjectProvider<BraintrustProperties> properties,
			ObjectProvider<DeclaredProjects> declared) {
		return new SecretSanitizingFunction(properties, declared);
	}

}
