package dev.braintrust.spring.actuate;

import dev.braintrust.spring.export.SpanPipeline;
import dev.braintrust.spring.settings.DeclaredProjects;
import dev.braintrust.spring.upload.AttachmentUploads;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} of the meters of the export and of
 * uploads.
 */
@AutoConfiguration(afterName = "dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration")
@ConditionalOnClass(MeterBinder.class)
@ConditionalOnBean(SpanPipeline.class)
public final class BraintrustMetricsAutoConfiguration {

	private BraintrustMetricsAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(name = "braintrustMeters")
	MeterBinder braintrustMeters(DeclaredProjects declared, SpanPipeline pipeline) {
		return new BraintrustMeters(declared, pipeline);
	}

	@Bean
	@ConditionalOnMissingBean(name = "braintrustAttachmentMeters")
	MeterBinder braintrustAttachmentMeters(DeclaredProjects declared, AttachmentUploads uploads) {
		return new AttachmentMeters(declared, uploads);
	}

}
