package dev.braintrust.spring.autoconfigure;

import java.util.Collection;
import java.util.List;
import java.util.function.Function;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ClientInstrumentation;
import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.ProjectTracerProviderCustomizer;
import dev.braintrust.spring.api.AccessCheck;
import dev.braintrust.spring.api.HttpClients;
import dev.braintrust.spring.api.MemoryBudget;
import dev.braintrust.spring.autoconfigure.properties.BraintrustProperties;
import dev.braintrust.spring.autoconfigure.properties.ProjectSettingsResolver;
import dev.braintrust.spring.linkage.ProjectSwitches;
import dev.braintrust.spring.settings.DeclaredProjects;
import dev.braintrust.spring.trace.SpanDestination;
import dev.braintrust.spring.trace.SpanRecorder;
import dev.braintrust.spring.upload.AttachmentUploads;

import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;

/**
 * Creates projects without an application context, for tests.
 */
public final class RecordedProjects {

	private RecordedProjects() {
	}

	// All projects have the default settings.
	public static BraintrustProjects of(Collection<String> keys, SpanRecorder recorder,
			Function<DeclaredProjects, List<ClientInstrumentation>> instrumentations) {
		BraintrustProperties properties = BraintrustProperties.of(keys);
		DeclaredProjects declared = new DeclaredProjects(
				ProjectSettingsResolver.withoutFile(properties, new BareEnvironment()).resolve());
		HttpClients clients = HttpClients.of(declared, null);
		StaticListableBeanFactory beans = new StaticListableBeanFactory();
		for (ClientInstrumentation instrumentation : instrumentations.apply(declared)) {
			beans.addBean(instrumentation.getClass().getName(), instrumentation);
		}
		return new DefaultBraintrustProjects(declared.all(), properties,
				new OwnedBeans<>(ContentFilter.class, beans, "braintrustProjects"),
				new OwnedBeans<>(ProjectTracerProviderCustomizer.class, beans, "braintrustProjects"),
				new SpanDestination(BraintrustAutoConfiguration.pipeline(properties.export(), clients),
						new AttachmentUploads(clients, new MemoryBudget(0)), recorder),
				new AccessCheck(declared, clients, false), new ProjectSwitches(),
				beans.getBeanProvider(ClientInstrumentation.class));
	}

	/**
	 * An environment that knows neither properties nor variables of the process.
	 */
	private static final class BareEnvironment extends StandardEnvironment {

		@Override
		protected void customizePropertySources(MutablePropertySources propertySources) {
		}

	}

}
