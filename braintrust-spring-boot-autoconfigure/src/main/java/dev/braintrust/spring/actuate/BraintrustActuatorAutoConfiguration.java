package dev.braintrust.spring.actuate;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.api.AccessCheck;
import dev.braintrust.spring.autoconfigure.properties.BraintrustProperties;
import dev.braintrust.spring.linkage.ProjectSwitches;
import dev.braintrust.spring.settings.DeclaredProjects;
import dev.braintrust.spring.trace.SpanDestination;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for operators: the endpoint and the
 * health contributor {@code braintrust}, the meters, and the function that masks the
 * projects' secrets in endpoints that show properties.
 */
@AutoConfiguration(afterName = "dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration")
public final class BraintrustActuatorAutoConfiguration {

	private BraintrustActuatorAutoConfiguration() {
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
	@ConditionalOnAvailableEndpoint(BraintrustEndpoint.class)
	@ConditionalOnBean(SpanDestination.class)
	static final class EndpointConfiguration {

		@Bean
		@ConditionalOnMissingBean
		BraintrustEndpoint braintrustEndpoint(DeclaredProjects declared, SpanDestination destination,
				AccessCheck access, ProjectSwitches switches, BraintrustProjects projects) {
			return new BraintrustEndpoint(new ProjectStates(declared, destination, access, switches), projects);
		}

		@Bean
		@ConditionalOnMissingBean
		BraintrustEndpoint.Web braintrustEndpointWebExtension(BraintrustEndpoint endpoint) {
			return new BraintrustEndpoint.Web(endpoint);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ HealthContributor.class, ConditionalOnEnabledHealthIndicator.class })
	@ConditionalOnEnabledHealthIndicator("braintrust")
	@ConditionalOnBean(SpanDestination.class)
	static final class HealthConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "braintrustHealthContributor")
		CompositeHealthContributor braintrustHealthContributor(DeclaredProjects declared, SpanDestination destination,
				AccessCheck access, ProjectSwitches switches) {
			return new ProjectsHealth(new ProjectStates(declared, destination, access, switches));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterBinder.class)
	@ConditionalOnBean(SpanDestination.class)
	static final class MetersConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "braintrustMeters")
		MeterBinder braintrustMeters(DeclaredProjects declared, SpanDestination destination) {
			return new BraintrustMeters(declared, destination);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(SanitizingFunction.class)
	static final class SanitizingConfiguration {

		@Bean
		@Lazy
		SanitizingFunction braintrustSanitizingFunction(ObjectProvider<BraintrustProperties> properties,
				ObjectProvider<DeclaredProjects> declared) {
			return new SecretSanitizingFunction(properties, declared);
		}

	}

}
