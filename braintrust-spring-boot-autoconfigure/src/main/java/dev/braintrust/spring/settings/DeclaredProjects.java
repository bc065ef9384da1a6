package dev.braintrust.spring.settings;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The resolved settings of all declared projects.
 */
public final class DeclaredProjects {

	private final Map<String, ProjectSettings> settings = new LinkedHashMap<>();

	private final @Nullable String defaultKey;

	public DeclaredProjects(List<ProjectSettings> settings) {
		this(settings, null);
	}

	public DeclaredProjects(List<ProjectSettings> settings, @Nullable String defaultKey) {
		this.defaultKey = defaultKey;
		for (ProjectSettings project : settings) {
			this.settings.put(project.key(), project);
		}
	}

	public List<ProjectSettings> all() {
		return List.copyOf(this.settings.values());
	}

	public List<String> keys() {
		return List.copyOf(this.settings.keySet());
	}

	// The key of the project for clients that name no project.
	public @Nullable String defaultKey() {
		return this.defaultKey;
	}

	public @Nullable ProjectSettings get(String key) {
		return this.settings.get(key);
	}

	// The projects are null if the application excludes the auto-configuration that
	// declares them.
	public static @Nullable ProjectSettings get(@Nullable DeclaredProjects projects, String key) {
		return (projects != null) ? projects.get(key) : null;
	}

}
