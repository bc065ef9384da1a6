package dev.braintrust.spring.properties;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The resolved settings of all declared projects.
 */
public final class DeclaredProjects {

	private final Map<String, ProjectSettings> settings = new LinkedHashMap<>();

	/**
	 * Create the projects.
	 * @param settings the settings, in the order of their declaration
	 */
	public DeclaredProjects(List<ProjectSettings> settings) {
		settings.forEach((project) -> this.settings.put(project.key(), project));
	}

	/**
	 * The settings of all projects.
	 * @return the settings, in the order of their declaration
	 */
	public List<ProjectSettings> all() {
		return List.copyOf(this.settings.values());
	}

	/**
	 * The settings of a project.
	 * @param key the key of the project
	 * @return the settings, or {@code null} where no such project is declared
	 */
	public @Nullable ProjectSettings get(String key) {
		return this.settings.get(key);
	}

}
