package dev.braintrust.spring.properties;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.AbstractBindHandler;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Bindable.BindRestriction;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.util.ObjectUtils;

/**
 * Binds keys without a value as they are meant, where Boot's binder fails or forgets: a
 * {@code braintrust.projects:} with nothing below it declares no project, and a
 * {@code support:} with nothing below it declares a project whose properties may stand in
 * another file or variable.
 */
public final class ProjectBindHandler extends AbstractBindHandler {

	private static final ConfigurationPropertyName PROJECTS = ConfigurationPropertyName.of(ProjectKeys.PREFIX);

	public ProjectBindHandler(BindHandler parent) {
		super(parent);
	}

	@Override
	public <T> @Nullable Bindable<T> onStart(ConfigurationPropertyName name, Bindable<T> target, BindContext context) {
		if (name.equals(PROJECTS) && isEmpty(name, context) && !hasDescendants(name, context)) {
			return null;
		}
		if (PROJECTS.isParentOf(name) && isEmpty(name, context)) {
			Bindable<T> below = target.withBindRestrictions(BindRestriction.NO_DIRECT_PROPERTY);
			return super.onStart(name, context.getBinder().bind(name, below).isBound() ? below : target, context);
		}
		return super.onStart(name, target, context);
	}

	private static boolean isEmpty(ConfigurationPropertyName name, BindContext context) {
		for (ConfigurationPropertySource source : context.getSources()) {
			ConfigurationProperty property = source.getConfigurationProperty(name);
			if (property != null) {
				return ObjectUtils.isEmpty(property.getValue());
			}
		}
		return false;
	}

	private static boolean hasDescendants(ConfigurationPropertyName name, BindContext context) {
		for (ConfigurationPropertySource source : context.getSources()) {
			if (source.containsDescendantOf(name) == ConfigurationPropertyState.PRESENT) {
				return true;
			}
		}
		return false;
	}

}
