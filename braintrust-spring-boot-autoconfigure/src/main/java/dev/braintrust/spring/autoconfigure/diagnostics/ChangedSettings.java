package dev.braintrust.spring.autoconfigure.diagnostics;

import java.util.Set;
import java.util.TreeSet;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.autoconfigure.properties.BraintrustProperties;
import dev.braintrust.spring.autoconfigure.properties.ProjectKeys;
import dev.braintrust.spring.autoconfigure.properties.ProjectSettingsResolver;
import dev.braintrust.spring.settings.DeclaredProjects;
import dev.braintrust.spring.settings.InvalidBraintrustPropertyException;
import dev.braintrust.spring.settings.ProjectSettings;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.event.GenericApplicationListener;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;

/**
 * Warns about projects whose properties have changed at run time, for example by Spring
 * Cloud. Projects are created at startup and never change, because open spans and traces
 * that continue elsewhere would not survive it. Spring Cloud is optional, so its event is
 * recognized by name.
 */
public final class ChangedSettings implements GenericApplicationListener {

	private static final Log logger = LogFactory.getLog(BraintrustProjects.class);

	public static final String EVENT = "org.springframework.cloud.context.environment.EnvironmentChangeEvent";

	private final DeclaredProjects declared;

	private final Environment environment;

	public ChangedSettings(DeclaredProjects declared, Environment environment) {
		this.declared = declared;
		this.environment = environment;
	}

	@Override
	public boolean supportsEventType(ResolvableType eventType) {
		return EVENT.equals(eventType.toClass().getName());
	}

	@Override
	public void onApplicationEvent(ApplicationEvent event) {
		try {
			Set<String> changed = changed();
			if (!changed.isEmpty()) {
				logger.warn("The properties of Braintrust projects have changed: " + String.join(", ", changed)
						+ ". They take effect after a restart of the application.");
			}
		}
		catch (InvalidBraintrustPropertyException | BindException ex) {
			logger.warn("The properties of Braintrust projects have changed and cannot be used. The projects do not "
					+ "change. A restart of the application will fail and log the reason.");
		}
	}

	private Set<String> changed() {
		BraintrustProperties properties = ProjectKeys.bindAll(this.environment);
		DeclaredProjects now = new DeclaredProjects(
				new ProjectSettingsResolver(properties, this.environment).resolve());
		Set<String> changed = new TreeSet<>();
		now.all()
			.stream()
			.filter((settings) -> !settings.equals(this.declared.get(settings.key())))
			.map(ProjectSettings::key)
			.forEach(changed::add);
		this.declared.all()
			.stream()
			.map(ProjectSettings::key)
			.filter((key) -> now.get(key) == null)
			.forEach(changed::add);
		return changed;
	}

}
