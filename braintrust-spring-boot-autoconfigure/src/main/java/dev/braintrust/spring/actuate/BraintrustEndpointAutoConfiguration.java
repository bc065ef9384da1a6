package dev.braintrust.spring.actuate;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.api.AccessCheck;
import dev.braintrust.spring.export.SpanPipeline;
import dev.braintrust.spring.linkage.ProjectSwitches;
import dev.braintrust.spring.settings.DeclaredProjects;
import dev.braintrust.spring.upload.AttachmentUploads;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} of the endpoint {@code braintrust}.
 */
@AutoConfiguration(afterName = "dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration")
@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
@ConditionalOnAvailableEndpoint(BraintrustEndpoint.class)
@ConditionalOnBean(SpanPipeline.class)
public final class BraintrustEndpointAutoConfiguration {

	private BraintrustEndpointAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	BraintrustEndpoint braintrustEndpoint(DeclaredProjects declared, SpanPipeline pipeline, AttachmentUploads uploads,
			AccessCheck access, ProjectSwitches switches, BraintrustProjects projects) {
		return new BraintrustEndpoint(new ProjectStates(declared, pipeline, uploads, access, switches), projects);
	}

	@Bean
	@ConditionalOnMissingBean
	BraintrustEndpointWebExtension braintrustEndpointWebExtension(BraintrustEndpoint endpoint) {
		return new BraintrustEndpointWebExtension(endpoint);
	}

}
