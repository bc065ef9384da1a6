package dev.braintrust.spring.autoconfigure.properties;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.AbstractBindHandler;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Bindable.BindRestriction;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.core.convert.ConverterNotFoundException;
import org.springframework.core.convert.TypeDescriptor;
import org.springframework.core.env.Environment;
import org.springframework.util.ObjectUtils;

/**
 * Binds project keys in the cases that Boot's binder rejects or ignores:
 * <ul>
 * <li>A {@code braintrust.projects:} with nothing below it declares no project.</li>
 * <li>A {@code support:} with nothing below it declares a project whose properties may be
 * set in another file or variable.</li>
 * <li>A {@code support: Support Agent} sets the name of the project.</li>
 * <li>A variable such as {@code BRAINTRUST_PROJECTS_SUPPORTBOT_ID} cannot contain a dash.
 * The binder reads it as a property of {@code support-bot} and also as a key {@code
 * supportbot}, which is ignored if {@code support-bot} is declared.</li>
 * </ul>
 */
final class ProjectBindHandler extends AbstractBindHandler {

	static final ConfigurationPropertyName PROJECTS = ConfigurationPropertyName.of(ProjectKeys.PREFIX);

	private final WrittenProperties written;

	ProjectBindHandler(WrittenProperties written) {
		this.written = written;
	}

	// Only the sources that have projects, because the binder asks each source for each
	// property of each project.
	static Binder binder(Environment environment) {
		List<ConfigurationPropertySource> sources = new ArrayList<>();
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
			if (source.getConfigurationProperty(PROJECTS) != null
					|| source.containsDescendantOf(PROJECTS) != ConfigurationPropertyState.ABSENT) {
				sources.add(source);
			}
		}
		return new Binder(sources, new PropertySourcesPlaceholdersResolver(environment));
	}

	@Override
	public <T> @Nullable Bindable<T> onStart(ConfigurationPropertyName name, Bindable<T> target, BindContext context) {
		if (name.equals(PROJECTS) && ObjectUtils.isEmpty(direct(name, context)) && !hasDescendants(name, context)) {
			return null;
		}
		if (PROJECTS.isParentOf(name) && this.written.isVariableOfAnother(name.getLastElement(Form.ORIGINAL))) {
			return null;
		}
		if (PROJECTS.isParentOf(name) && direct(name, context) != null) {
			Bindable<T> below = target.withBindRestrictions(BindRestriction.NO_DIRECT_PROPERTY);
			return super.onStart(name, context.getBinder().bind(name, below).isBound() ? below : target, context);
		}
		return super.onStart(name, target, context);
	}

	@Override
	public @Nullable Object onSuccess(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
			Object result) {
		if (PROJECTS.isParentOf(name) && result instanceof ProjectProperties project) {
			if (isShortName(name, context) && isNearerThanName(name, context)) {
				project = project.withName(shortName(name, context));
			}
			return super.onSuccess(name, target, context, withVariables(name, project, context));
		}
		Object bound = group(name, target, context, result);
		return (bound != null) ? super.onSuccess(name, target, context, bound) : null;
	}

	// Spring converts a text to a record that has one component, so 'ssl: name' would set
	// the bundle. A text instead of any other group is an error, so make it an error here
	// too. A blank text is ignored, and the properties of the group apply.
	static @Nullable Object group(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
			Object result) {
		ConfigurationProperty direct = context.getConfigurationProperty();
		if (!(result instanceof Record) || direct == null || !direct.getName().equals(name)) {
			return result;
		}
		Object group = context.getBinder()
			.bind(name, target.withBindRestrictions(BindRestriction.NO_DIRECT_PROPERTY))
			.orElse(null);
		if (group == null && !Fallbacks.isUnset(direct.getValue())) {
			throw new ConverterNotFoundException(TypeDescriptor.forObject(direct.getValue()),
					TypeDescriptor.valueOf(result.getClass()));
		}
		return group;
	}

	@Override
	public @Nullable Object onFailure(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
			Exception error) throws Exception {
		if (PROJECTS.isParentOf(name) && error instanceof ConverterNotFoundException && isShortName(name, context)) {
			return withVariables(name, ProjectProperties.named(shortName(name, context)), context);
		}
		return super.onFailure(name, target, context, error);
	}

	// For a key in brackets, the binder does not look up variables in Boot's spelling.
	private static ProjectProperties withVariables(ConfigurationPropertyName name, ProjectProperties project,
			BindContext context) {
		String key = name.getLastElement(Form.ORIGINAL);
		if (!name.isLastElementIndexed() || !key.contains("-") || !ProjectKeys.isKey(key)) {
			return project;
		}
		return context.getBinder()
			.bind(PROJECTS.append(key), Bindable.of(ProjectProperties.class))
			.map((variables) -> Fallbacks.fill(variables, project))
			.orElse(project);
	}

	// Not for 'projects.name' or 'projects.api-key', which lack a project key, nor for a
	// switch such as 'true'.
	private static boolean isShortName(ConfigurationPropertyName name, BindContext context) {
		String text = Objects.toString(direct(name, context), "").strip();
		return !text.isEmpty() && !text.equalsIgnoreCase("true") && !text.equalsIgnoreCase("false")
				&& !UnknownProperties.isOfProject(name.getLastElement(Form.ORIGINAL));
	}

	private static @Nullable String shortName(ConfigurationPropertyName name, BindContext context) {
		return context.getBinder().bind(name, Bindable.of(String.class)).orElse(null);
	}

	private static boolean isNearerThanName(ConfigurationPropertyName name, BindContext context) {
		for (ConfigurationPropertySource source : context.getSources()) {
			if (source.getConfigurationProperty(name.append("name")) != null) {
				return false;
			}
			if (source.getConfigurationProperty(name) != null) {
				return true;
			}
		}
		return false;
	}

	private static @Nullable Object direct(ConfigurationPropertyName name, BindContext context) {
		ConfigurationProperty property = find(context.getSources(), name);
		return (property != null) ? property.getValue() : null;
	}

	// Return the property from the first source that has it; the first source wins.
	static @Nullable ConfigurationProperty find(Iterable<ConfigurationPropertySource> sources,
			ConfigurationPropertyName name) {
		for (ConfigurationPropertySource source : sources) {
			ConfigurationProperty property = source.getConfigurationProperty(name);
			if (property != null) {
				return property;
			}
		}
		return null;
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
