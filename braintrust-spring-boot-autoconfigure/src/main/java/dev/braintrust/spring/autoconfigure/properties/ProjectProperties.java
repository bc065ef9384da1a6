package dev.braintrust.spring.autoconfigure.properties;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.NestedConfigurationProperty;

/**
 * The properties of one project, {@code braintrust.projects.<key>}.
 */
public class ProjectProperties extends ProjectDefaults {

	/**
	 * Name of the project in Braintrust. The key of the project is used if neither name
	 * nor id is set.
	 */
	private @Nullable String name;

	/**
	 * Id of the project in Braintrust. Overrides the name.
	 */
	private @Nullable String id;

	@NestedConfigurationProperty
	private final ExportProperties export = new ExportProperties();

	public @Nullable String getName() {
		return this.name;
	}

	public void setName(@Nullable String name) {
		this.name = name;
	}

	public @Nullable String getId() {
		return this.id;
	}

	public void setId(@Nullable String id) {
		this.id = id;
	}

	@Override
	public ExportProperties getExport() {
		return this.export;
	}

}
