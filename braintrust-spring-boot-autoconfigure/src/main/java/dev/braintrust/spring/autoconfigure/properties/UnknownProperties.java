package dev.braintrust.spring.autoconfigure.properties;

import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.origin.Origin;
import org.springframework.core.env.Environment;

/**
 * Finds unknown properties under {@code braintrust}. The binder ignores them silently, so
 * content would still be recorded after a misspelt {@code capture.content=false}.
 */
public final class UnknownProperties {

	private static final ConfigurationPropertyName PREFIX = ConfigurationPropertyName.of("braintrust");

	private static final ConfigurationPropertyName PROJECTS = ConfigurationPropertyName.of(ProjectKeys.PREFIX);

	private static final List<String> FEATURES = List.of("console", "evals", "prompts");

	private final Map<ConfigurationPropertyName, Class<?>> ofAll = names(BraintrustProperties.class);

	private final Map<ConfigurationPropertyName, Class<?>> ofProject = names(ProjectProperties.class);

	UnknownProperties() {
	}

	/**
	 * Return a message for each unknown property.
	 * @param environment the environment
	 * @return the messages, which do not contain the values
	 */
	public static Collection<String> in(Environment environment) {
		return new WrittenProperties(environment).unknown();
	}

	boolean isUnknown(String property) {
		return isUnknown(ConfigurationPropertyName.adapt(property, '.'));
	}

	private boolean isUnknown(ConfigurationPropertyName name) {
		if (!PREFIX.isAncestorOf(name)) {
			return false;
		}
		String feature = name.getElement(1, Form.UNIFORM);
		if (name.getNumberOfElements() > 2 && FEATURES.contains(feature)) {
			return !contains(names(type(feature)), name.subName(2));
		}
		if (PROJECTS.isAncestorOf(name)) {
			// ProjectKeys checks a key that has no properties below it.
			return !PROJECTS.isParentOf(name) && !contains(this.ofProject, name.subName(3));
		}
		return !contains(this.ofAll, name.subName(1));
	}

	// The properties of a feature, loaded only if they are used.
	private static Class<?> type(String feature) {
		return switch (feature) {
			case "console" -> ConsoleProperties.class;
			case "evals" -> EvalProperties.class;
			default -> PromptProperties.class;
		};
	}

	String message(String property, @Nullable Origin origin) {
		ConfigurationPropertyName name = ConfigurationPropertyName.adapt(property, '.');
		String place = (origin != null) ? " (" + origin + ")" : "";
		return "The property '" + name + "'" + place + " is unknown and has no effect." + remedy(name);
	}

	private String remedy(ConfigurationPropertyName name) {
		if (PROJECTS.isAncestorOf(name) && contains(this.ofAll, name.subName(3))) {
			return " It is set for all projects together: '" + PREFIX.append(name.subName(3)) + "'.";
		}
		return nearest(name).map((nearest) -> " Did you mean '" + nearest + "'?").orElse("");
	}

	// The most similar known property, empty if the property is known or none is similar.
	static Optional<String> nearest(String property) {
		UnknownProperties unknown = new UnknownProperties();
		ConfigurationPropertyName name = ConfigurationPropertyName.adapt(property, '.');
		return unknown.isUnknown(name) ? unknown.nearest(name) : Optional.empty();
	}

	private Optional<String> nearest(ConfigurationPropertyName name) {
		Set<String> candidates = new TreeSet<>();
		this.ofAll.keySet().forEach((known) -> candidates.add(PREFIX.append(known).toString()));
		for (String feature : FEATURES) {
			ConfigurationPropertyName prefix = PREFIX.append(feature);
			names(type(feature)).keySet().forEach((known) -> candidates.add(prefix.append(known).toString()));
		}
		if (name.getNumberOfElements() > 3) {
			ConfigurationPropertyName project = PROJECTS.append(name.getElement(2, Form.ORIGINAL));
			this.ofProject.keySet().forEach((known) -> candidates.add(project.append(known).toString()));
		}
		int limit = Math.max(2, name.getLastElement(Form.ORIGINAL).length() / 3);
		return KnownKeys.nearest(name.toString(), candidates, limit);
	}

	// Whether a text is the name of a property or a property group of projects.
	static boolean isOfProject(String element) {
		return names(ProjectProperties.class).keySet()
			.stream()
			.anyMatch((name) -> name.getElement(0, Form.UNIFORM).equals(WrittenProperties.uniform(element)));
	}

	// The names and types of the properties that a class binds, without its prefix.
	private static Map<ConfigurationPropertyName, Class<?>> names(Class<?> type) {
		Map<ConfigurationPropertyName, Class<?>> names = new TreeMap<>();
		addNames(type, ConfigurationPropertyName.EMPTY, names);
		return names;
	}

	private static void addNames(Class<?> type, ConfigurationPropertyName prefix,
			Map<ConfigurationPropertyName, Class<?>> names) {
		for (RecordComponent property : type.getRecordComponents()) {
			ConfigurationPropertyName name = prefix.append(DataObjectPropertyName.toDashedForm(property.getName()));
			if (property.getType().isRecord()) {
				addNames(property.getType(), name, names);
			}
			else {
				names.put(name, property.getType());
			}
		}
	}

	private static boolean contains(Map<ConfigurationPropertyName, Class<?>> names, ConfigurationPropertyName name) {
		for (Map.Entry<ConfigurationPropertyName, Class<?>> known : names.entrySet()) {
			if (known.getKey().equals(name) || (known.getValue() == Map.class && known.getKey().isAncestorOf(name))) {
				return true;
			}
		}
		return false;
	}

}
