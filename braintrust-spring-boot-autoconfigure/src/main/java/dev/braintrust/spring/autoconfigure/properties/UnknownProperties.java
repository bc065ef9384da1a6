package dev.braintrust.spring.autoconfigure.properties;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.core.env.Environment;
import org.springframework.util.ObjectUtils;

/**
 * The properties under {@code braintrust} that nothing reads. The binder passes them over
 * in silence, and a misspelt {@code capture.content} would leave contents recorded.
 * Variables and system properties of the process are not looked at, as Boot does not
 * where it is told not to ignore unknown fields.
 */
public final class UnknownProperties {

	private static final ConfigurationPropertyName PREFIX = ConfigurationPropertyName.of("braintrust");

	private static final ConfigurationPropertyName PROJECTS = ConfigurationPropertyName.of(ProjectKeys.PREFIX);

	private final KnownNames ofAll = new KnownNames(BraintrustProperties.class);

	private final KnownNames ofProject = new KnownNames(ProjectProperties.class);

	private UnknownProperties() {
	}

	/**
	 * Say which properties are not known.
	 * @param environment the environment
	 * @return a message for each, without its value
	 */
	public static Collection<String> in(Environment environment) {
		UnknownProperties unknown = new UnknownProperties();
		Set<String> messages = new LinkedHashSet<>();
		UnboundElementsSourceFilter filter = new UnboundElementsSourceFilter();
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
			if (source instanceof IterableConfigurationPropertySource iterable && filter.apply(source)) {
				for (ConfigurationPropertyName name : iterable) {
					ConfigurationProperty property = unknown.isUnknown(name) ? source.getConfigurationProperty(name)
							: null;
					if (property != null && !ObjectUtils.isEmpty(property.getValue())) {
						messages.add(unknown.message(property));
					}
				}
			}
		}
		return messages;
	}

	private boolean isUnknown(ConfigurationPropertyName name) {
		if (!PREFIX.isAncestorOf(name)) {
			return false;
		}
		if (PROJECTS.isAncestorOf(name)) {
			// A key without properties below it is looked at where keys are.
			return !PROJECTS.isParentOf(name) && !this.ofProject.contain(name.subName(3));
		}
		return !this.ofAll.contain(name.subName(1));
	}

	private String message(ConfigurationProperty property) {
		ConfigurationPropertyName name = property.getName();
		Origin origin = property.getOrigin();
		if (origin instanceof PropertySourceOrigin source) {
			origin = source.getOrigin();
		}
		String place = (origin != null) ? " (" + origin + ")" : "";
		return "The property '" + name + "'" + place + " is not known and has no effect." + remedy(name);
	}

	private String remedy(ConfigurationPropertyName name) {
		if (PROJECTS.isAncestorOf(name) && this.ofAll.contain(name.subName(3))) {
			return " It is set for all projects together: '" + PREFIX.append(name.subName(3)) + "'.";
		}
		return nearest(name).map((nearest) -> " Did you mean '" + nearest + "'?").orElse("");
	}

	/**
	 * The known property that a property which is not known is nearest to.
	 * @param property the property as it is written
	 * @return the nearest, or empty if the property is known or like no other
	 */
	public static Optional<String> nearest(String property) {
		UnknownProperties unknown = new UnknownProperties();
		ConfigurationPropertyName name = ConfigurationPropertyName.adapt(property, '.');
		return unknown.isUnknown(name) ? unknown.nearest(name) : Optional.empty();
	}

	private Optional<String> nearest(ConfigurationPropertyName name) {
		Set<String> candidates = new TreeSet<>();
		this.ofAll.all().forEach((known) -> candidates.add(PREFIX.append(known).toString()));
		if (name.getNumberOfElements() > 3) {
			ConfigurationPropertyName project = PROJECTS.append(name.getElement(2, Form.ORIGINAL));
			this.ofProject.all().forEach((known) -> candidates.add(project.append(known).toString()));
		}
		int limit = Math.max(2, name.getLastElement(Form.ORIGINAL).length() / 3);
		return Spelling.nearest(name.toString(), candidates, limit);
	}

}
