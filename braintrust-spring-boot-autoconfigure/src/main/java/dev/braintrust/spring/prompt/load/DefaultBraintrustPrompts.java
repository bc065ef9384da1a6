package dev.braintrust.spring.prompt.load;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.api.ProjectApis;
import dev.braintrust.spring.prompt.BraintrustPrompts;
import dev.braintrust.spring.prompt.ProjectPrompts;
import dev.braintrust.spring.settings.ProjectSettings;

import org.springframework.core.io.ResourceLoader;
import org.springframework.util.Assert;

/**
 * The prompts of the declared projects. Closing it cancels loads in flight.
 */
public final class DefaultBraintrustPrompts implements BraintrustPrompts, AutoCloseable {

	private final Map<String, ProjectPrompts> prompts = new ConcurrentHashMap<>();

	private final BraintrustProjects projects;

	private final Function<String, ProjectSettings> declared;

	private final ProjectApis apis;

	private final ResourceLoader resources;

	private final PromptSettings settings;

	public DefaultBraintrustPrompts(BraintrustProjects projects, Function<String, ProjectSettings> declared,
			ProjectApis apis, ResourceLoader resources, PromptSettings settings) {
		this.projects = projects;
		this.declared = declared;
		this.apis = apis;
		this.resources = resources;
		this.settings = settings;
	}

	@Override
	public Set<String> keys() {
		return this.projects.keys();
	}

	@Override
	public ProjectPrompts of(String key) {
		Assert.notNull(key, "'key' must not be null");
		// Fails with a helpful message if the key is not declared.
		this.projects.tracer(key);
		return this.prompts.computeIfAbsent(key, (added) -> {
			ProjectSettings project = this.declared.apply(key);
			return new DefaultProjectPrompts(key, project.enabled(), this.apis.of(project), this.resources,
					this.settings, System::nanoTime);
		});
	}

	@Override
	public void close() {
		this.apis.close();
	}

}
