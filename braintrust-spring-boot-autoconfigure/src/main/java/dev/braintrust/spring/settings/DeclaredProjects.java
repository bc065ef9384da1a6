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

	/**
	 * Create the projects.
	 * @param settings the settings, in the order of their declaration
	 */
	public DeclaredProjects(List<ProjectSettings> settings) {
		this(settings, null);
	}

	/**
	 * Create the projects.
	 * @param settings the settings, in the order of their declaration
	 * @param defaultKey the key of the project that clients belong to which say nothing,
	 * or {@code null}
	 */
	public DeclaredProjects(List<ProjectSettings> settings, @Nullable String defaultKey) {
		this.defaultKey = defaultKey;
		for (ProjectSettings project : settings) {
			this.settings.put(project.key(), project);
		}
	}

	/**
	 * The settings of all projects.
	 * @return the settings, in the order of their declaration
	 */
	public List<ProjectSettings> all() {
		return List.copyOf(this.settings.values());
	}

	/**
	 * The keys of all projects.
	 * @return the keys, in the order of their declaration
	 */
	public List<String> keys() {
		return List.copyOf(this.settings.keySet());
	}

	/**
	 * The key of the project that clients belong to which say nothing.
	 * @return the key, or {@code null} where there is no such project
	 */
	public @Nullable String defaultKey() {
		return this.defaultKey;
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
