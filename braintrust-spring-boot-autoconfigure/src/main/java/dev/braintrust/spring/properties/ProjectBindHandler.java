package dev.braintrust.spring.properties;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.AbstractBindHandler;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Bindable.BindRestriction;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.util.ObjectUtils;

/**
 * Binds the keys of projects as they are meant, where Boot's binder fails or forgets:
 * <ul>
 * <li>A {@code braintrust.projects:} with nothing below it declares no project.</li>
 * <li>A {@code support:} with nothing below it declares a project whose properties may
 * stand in another file or variable.</li>
 * <li>The variable {@code BRAINTRUST_PROJECTS_SUPPORTBOT_ID} has no place for a dash. The
 * binder reads it as a property of {@code support-bot}, and also as a key
 * {@code supportbot}, which is left out if {@code support-bot} is declared.</li>
 * </ul>
 */
public final class ProjectBindHandler extends AbstractBindHandler {

	private static final ConfigurationPropertyName PROJECTS = ConfigurationPropertyName.of(ProjectKeys.PREFIX);

	private @Nullable WrittenKeys written;

	public ProjectBindHandler(BindHandler parent) {
		super(parent);
	}

	@Override
	public <T> @Nullable Bindable<T> onStart(ConfigurationPropertyName name, Bindable<T> target, BindContext context) {
		if (name.equals(PROJECTS) && isEmpty(name, context) && !hasDescendants(name, context)) {
			return null;
		}
		if (name.equals(PROJECTS)) {
			this.written = WrittenKeys.in(context.getSources());
		}
		if (PROJECTS.isParentOf(name) && this.written != null
				&& this.written.isVariableOfAnother(name.getLastElement(Form.ORIGINAL))) {
			return null;
		}
		if (PROJECTS.isParentOf(name) && isEmpty(name, context)) {
			Bindable<T> below = target.withBindRestrictions(BindRestriction.NO_DIRECT_PROPERTY);
			return super.onStart(name, context.getBinder().bind(name, below).isBound() ? below : target, context);
		}
		return super.onStart(name, target, context);
	}

	@Override
	public @Nullable Object onSuccess(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
			Object result) {
		// The binder looks for no variable in Boot's spelling for a key in brackets.
		if (PROJECTS.isParentOf(name) && name.isLastElementIndexed()) {
			String key = name.getLastElement(Form.ORIGINAL);
			if (key.contains("-") && ProjectKeys.isKey(key)) {
				context.getBinder().bind(PROJECTS.append(key), Bindable.ofInstance(result));
			}
		}
		return super.onSuccess(name, target, context, result);
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
