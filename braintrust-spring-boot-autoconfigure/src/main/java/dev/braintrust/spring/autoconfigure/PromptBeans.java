package dev.braintrust.spring.autoconfigure;

import java.time.Duration;
import java.util.Objects;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.api.HttpClients;
import dev.braintrust.spring.api.ProjectApis;
import dev.braintrust.spring.autoconfigure.properties.PromptProperties;
import dev.braintrust.spring.prompt.BraintrustPrompts;
import dev.braintrust.spring.prompt.ProjectPrompts;
import dev.braintrust.spring.prompt.load.DefaultBraintrustPrompts;
import dev.braintrust.spring.prompt.load.PromptSettings;
import dev.braintrust.spring.settings.DeclaredProjects;
import dev.braintrust.spring.trace.SpanRecorder;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;

/**
 * The factory methods of the prompt beans. Bean definitions refer to this class by name
 * only, so that no class of prompts is loaded before a bean is requested.
 */
final class PromptBeans {

	private static final Duration PAUSE = Duration.ofSeconds(30);

	private PromptBeans() {
	}

	static BraintrustPrompts all(BraintrustProjects projects, DeclaredProjects declared, Environment environment,
			ResourceLoader resources, ObjectProvider<SslBundles> sslBundles, ObjectProvider<SpanRecorder> recorder) {
		PromptProperties properties = Binder.get(environment)
			.bindOrCreate("braintrust.prompts", PromptProperties.class);
		Boolean enabled = properties.enabled();
		boolean recorded = recorder.getIfAvailable() != null;
		return new DefaultBraintrustPrompts(projects, (key) -> Objects.requireNonNull(declared.get(key)),
				new ProjectApis(() -> new HttpClients(sslBundles.getIfAvailable())), resources, new PromptSettings(
						(enabled != null) ? enabled : !recorded, properties.cacheTtl(), properties.timeout(), PAUSE));
	}

	static ProjectPrompts prompts(BraintrustPrompts prompts, String key) {
		return prompts.of(key);
	}

}
