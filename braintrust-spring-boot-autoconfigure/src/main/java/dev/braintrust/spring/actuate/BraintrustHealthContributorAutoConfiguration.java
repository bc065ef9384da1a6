package dev.braintrust.spring.actuate;

import java.util.LinkedHashMap;
import java.util.Map;

import dev.braintrust.spring.api.AccessCheck;
import dev.braintrust.spring.export.SpanPipeline;
import dev.braintrust.spring.linkage.ProjectSwitches;
import dev.braintrust.spring.settings.DeclaredProjects;
import dev.braintrust.spring.upload.AttachmentUploads;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} of the health {@code braintrust},
 * with a component for each project.
 */
@AutoConfiguration(afterName = "dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration")
@ConditionalOnClass({ HealthContributor.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnEnabledHealthIndicator("braintrust")
@ConditionalOnBean(SpanPipeline.class)
public final class BraintrustHealthContributorAutoConfiguration {

	private BraintrustHealthContributorAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(name = "braintrustHealthContributor")
	CompositeHealthContributor braintrustHealthContributor(DeclaredProjects declared, SpanPipeline pipeline,
			AttachmentUploads uploads, AccessCheck access, ProjectSwitches switches) {
		ProjectStates states = new ProjectStates(declared, pipeline, uploads, access, switches);
		Map<String, HealthContributor> projects = new LinkedHashMap<>();
		for (String key : states.keys()) {
			projects.put(key, new ProjectHealthIndicator(key, states));
		}
		return CompositeHealthContributor.fromMap(projects);
	}

}
