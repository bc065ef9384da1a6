package dev.braintrust.spring.autoconfigure;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ClientInstrumentation;
import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.ProjectTracerProviderCustomizer;
import dev.braintrust.spring.api.AccessCheck;
import dev.braintrust.spring.api.HttpClients;
import dev.braintrust.spring.autoconfigure.diagnostics.ChangedSettings;
import dev.braintrust.spring.autoconfigure.diagnostics.ProjectUsageReport;
import dev.braintrust.spring.autoconfigure.properties.BraintrustProperties;
import dev.braintrust.spring.autoconfigure.properties.ExportResolver;
import dev.braintrust.spring.autoconfigure.properties.ProjectKeys;
import dev.braintrust.spring.autoconfigure.properties.ProjectSettingsResolver;
import dev.braintrust.spring.autoconfigure.properties.SharedExportProperties;
import dev.braintrust.spring.export.SpanPipeline;
import dev.braintrust.spring.linkage.ProjectSwitches;
import dev.braintrust.spring.settings.DeclaredProjects;
import dev.braintrust.spring.trace.SpanDestination;
import dev.braintrust.spring.trace.SpanRecorder;
import dev.braintrust.spring.upload.AttachmentUploads;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.GenericApplicationListener;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/**
 * {@link EnableAutoConfiguration Auto-configuration} of the declared Braintrust projects:
 * the registry, and the qualified beans of each project.
 */
@AutoConfiguration
@AutoConfigureOrder(Ordered.HIGHEST_PRECEDENCE)
@EnableConfigurationProperties(BraintrustProperties.class)
@Import({ ProjectCandidates.class, ProjectBeanRegistrar.class })
public final class BraintrustAutoConfiguration {

	BraintrustAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	BraintrustProjects braintrustProjects(DeclaredProjects declared, BraintrustProperties properties,
			SpanDestination destination, AccessCheck access, ProjectSwitches switches, ListableBeanFactory beanFactory,
			ObjectProvider<ClientInstrumentation> instrumentations) {
		return new DefaultBraintrustProjects(declared.all(), properties,
				new OwnedBeans<>(ContentFilter.class, beanFactory, "braintrustProjects"),
				new OwnedBeans<>(ProjectTracerProviderCustomizer.class, beanFactory, "braintrustProjects"), destination,
				access, switches, instrumentations);
	}

	// Holds the pipeline and the uploads, which are not beans, because Spring inspects
	// the methods of each bean and loads their types. DefaultBraintrustProjects closes
	// both after its last flush.
	@Bean
	SpanDestination braintrustSpanDestination(DeclaredProjects declared, BraintrustProperties properties,
			ObjectProvider<SslBundles> sslBundles, ObjectProvider<SpanRecorder> recorder,
			ObjectProvider<SpanDestination.Watch> watch) {
		SslBundles bundles = sslBundles.getIfAvailable();
		SpanPipeline pipeline = pipeline(properties.export(), HttpClients.of(declared, bundles));
		return new SpanDestination(pipeline, new AttachmentUploads(new HttpClients(bundles), pipeline.memory()),
				recorder.getIfAvailable(), watch.getIfAvailable());
	}

	static SpanPipeline pipeline(SharedExportProperties export, HttpClients clients) {
		return new SpanPipeline(ExportResolver.limits(export), export.shutdownTimeout(), clients);
	}

	@Bean
	AccessCheck braintrustAccessCheck(DeclaredProjects declared, BraintrustProperties properties,
			ObjectProvider<SslBundles> sslBundles, ObjectProvider<SpanRecorder> recorder) {
		// Tests that record spans must not call Braintrust.
		boolean enabled = properties.checkOnStartup() && recorder.getIfAvailable() == null;
		return new AccessCheck(declared, new HttpClients(sslBundles.getIfAvailable()), enabled);
	}

	@Bean
	ProjectSwitches braintrustProjectSwitches() {
		return new ProjectSwitches();
	}

	@Bean
	DeclaredProjects braintrustDeclaredProjects(BraintrustProperties properties, Environment environment) {
		return new DeclaredProjects(new ProjectSettingsResolver(properties, environment).resolve(),
				ProjectKeys.defaultProject(properties));
	}

	@Bean
	static ProjectUsageReport braintrustProjectUsageReport(ConfigurableListableBeanFactory beanFactory,
			ObjectProvider<DeclaredProjects> declared, Environment environment, ObjectProvider<ProjectKeys> keys) {
		return new ProjectUsageReport(beanFactory, declared, environment, keys);
	}

	@Bean
	@ConditionalOnClass(name = ChangedSettings.EVENT)
	GenericApplicationListener braintrustChangedSettings(DeclaredProjects declared, Environment environment) {
		return new ChangedSettings(declared, environment);
	}

	// Without a condition on an SDK's classes: the post-processor knows them by
	// their names.
	@Bean
	static ProjectSdkClientPostProcessor braintrustSdkClientPostProcessor(ConfigurableListableBeanFactory beanFactory,
			ObjectProvider<BraintrustProjects> projects, ObjectProvider<DeclaredProjects> declared) {
		return new ProjectSdkClientPostProcessor(beanFactory, projects, declared);
	}

	@Bean
	static ProjectBeanCheck braintrustProjectBeanCheck(Environment environment) {
		return new ProjectBeanCheck(environment);
	}

}
