package dev.braintrust.spring.autoconfigure.properties;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.braintrust.spring.settings.ProjectSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Resolves settings from properties and environment variables, after Boot's own binding.
 */
public final class SettingsSource {

	private final Map<String, Object> variables = new LinkedHashMap<>();

	private final Map<String, Object> properties = new LinkedHashMap<>();

	private final StandardEnvironment environment = new StandardEnvironment();

	private final @Nullable Path directory;

	public SettingsSource(@Nullable Path directory) {
		this.directory = directory;
		this.environment.getPropertySources()
			.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, new SystemEnvironmentPropertySource(
					StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, this.variables));
		this.environment.getPropertySources().addLast(new MapPropertySource("application.yml", this.properties));
	}

	public SettingsSource property(String name, Object value) {
		this.properties.put(name, value);
		return this;
	}

	public SettingsSource variable(String name, String value) {
		this.variables.put(name, value);
		return this;
	}

	public SettingsSource profiles(String... profiles) {
		this.environment.setActiveProfiles(profiles);
		return this;
	}

	public List<ProjectSettings> resolve() {
		BraintrustProperties bound = ProjectKeys.bindAll(this.environment);
		return new ProjectSettingsResolver(bound, this.environment, new DotEnvFile(this.directory)).resolve();
	}

	/**
	 * The settings of the project {@code support}, which has a key.
	 */
	public ProjectSettings settings() {
		this.properties.putIfAbsent("braintrust.projects.support.api-key", "sk-support");
		return settings("support");
	}

	public ProjectSettings settings(String key) {
		return resolve().stream().filter((project) -> project.key().equals(key)).findFirst().orElseThrow();
	}

}
