package dev.braintrust.spring.autoconfigure.properties;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;

/**
 * The properties under {@code braintrust}.
 */
@ConfigurationProperties("braintrust")
public class BraintrustProperties extends ProjectDefaults {

	/**
	 * Whether startup fails if an enabled project has no API key. Otherwise, the project
	 * is off and a warning is logged.
	 */
	private boolean strict = false;

	/**
	 * Key of the project for ChatClient beans without an annotation. Such beans are not
	 * traced if it is not set.
	 */
	private @Nullable String defaultProject;

	/**
	 * Whether API keys, organizations and ids of projects are checked against Braintrust
	 * once after startup, in the background.
	 */
	private boolean checkOnStartup = true;

	/**
	 * Projects by key. A key is made of lower-case letters, digits and single dashes
	 * between them.
	 */
	private final Map<String, ProjectProperties> projects = new LinkedHashMap<>();

	@NestedConfigurationProperty
	private final SharedExportProperties export = new SharedExportProperties();

	public boolean isStrict() {
		return this.strict;
	}

	public void setStrict(boolean strict) {
		this.strict = strict;
	}

	public @Nullable String getDefaultProject() {
		return this.defaultProject;
	}

	public void setDefaultProject(@Nullable String defaultProject) {
		this.defaultProject = defaultProject;
	}

	public boolean isCheckOnStartup() {
		return this.checkOnStartup;
	}

	public void setCheckOnStartup(boolean checkOnStartup) {
		this.checkOnStartup = checkOnStartup;
	}

	public Map<String, ProjectProperties> getProjects() {
		return this.projects;
	}

	@Override
	public SharedExportProperties getExport() {
		return this.export;
	}

}
