package dev.braintrust.spring.autoconfigure.properties;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

import dev.braintrust.spring.settings.InvalidBraintrustPropertyException;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.convert.ConverterNotFoundException;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * The keys of the declared projects, checked.
 */
public final class ProjectKeys {

	public static final String PREFIX = "braintrust.projects";

	private static final Pattern GRAMMAR = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");

	private ProjectKeys() {
	}

	// Read the keys from the environment, where beans must be registered before
	// properties are bound.
	public static Set<String> from(Environment environment) {
		checkGrammar(WrittenKeys.in(environment));
		Set<String> keys = bind(environment).keySet();
		check(keys, environment);
		return keys;
	}

	// Whether a text can be the key of a project.
	public static boolean isKey(String key) {
		return GRAMMAR.matcher(key).matches();
	}

	// The declared projects with their names, to say which of them may be meant.
	public static Map<String, String> names(Environment environment) {
		return names(bind(environment));
	}

	// The declared projects with their names, to say which of them may be meant.
	public static Map<String, String> names(Map<String, ProjectProperties> projects) {
		Map<String, String> names = new LinkedHashMap<>();
		projects.forEach((key, project) -> names.put(key,
				StringUtils.hasText(project.getName()) ? project.getName().strip() : key));
		return names;
	}

	private static Map<String, ProjectProperties> bind(Environment environment) {
		try {
			return Binder.get(environment)
				.bind(PREFIX, Bindable.mapOf(String.class, ProjectProperties.class),
						new ProjectBindHandler(BindHandler.DEFAULT))
				.orElse(new LinkedHashMap<>());
		}
		catch (BindException ex) {
			if (ex.getCause() instanceof ConverterNotFoundException) {
				throw textForProperties(ex.getName().toString());
			}
			throw ex;
		}
	}

	private static InvalidBraintrustPropertyException textForProperties(String property) {
		return new InvalidBraintrustPropertyException(property,
				"has a text as its value where properties below it are expected",
				"Write the properties below it. The name of a project, for example, is set by '" + PREFIX
						+ ".<key>.name'.");
	}

	static void check(Collection<String> keys, Environment environment) {
		WrittenKeys written = WrittenKeys.in(environment);
		checkGrammar(written);
		for (String key : keys) {
			checkGrammar(key, PREFIX + "." + key);
		}
		for (Map.Entry<String, String> entry : written.all()) {
			checkDeclared(entry.getKey(), entry.getValue(), keys, written);
		}
		Map<String, String> uniform = new TreeMap<>();
		for (String key : keys) {
			String other = uniform.putIfAbsent(WrittenKeys.uniform(key), key);
			if (other != null) {
				throw sameKeyTwice(other, key);
			}
		}
	}

	private static void checkDeclared(String key, String property, Collection<String> keys, WrittenKeys written) {
		if (!keys.contains(key)) {
			throw notDeclared(key, property);
		}
		String other = written.withoutBrackets(key, property);
		if (other != null) {
			throw new InvalidBraintrustPropertyException(property,
					"has the project key in brackets, and '" + other + "' has it without",
					"Leave the brackets out: where both occur, one hides the other.");
		}
	}

	private static void checkGrammar(WrittenKeys written) {
		String element = written.firstElementOfAList();
		if (element != null) {
			throw new InvalidBraintrustPropertyException(element, "is in a list, and projects have keys",
					"Write the key of each project and a colon in place of its dash, as in '" + PREFIX
							+ ".my-agent.name'. The key is what '@BraintrustProject(\"my-agent\")' refers to.");
		}
		for (Map.Entry<String, String> entry : written.all()) {
			checkGrammar(entry.getKey(), entry.getValue());
		}
	}

	private static void checkGrammar(String key, String property) {
		if (key.isEmpty()) {
			throw new InvalidBraintrustPropertyException(property, "has no project key",
					"Put the key of a project after '" + PREFIX + "', for example '" + PREFIX + ".my-agent.name'.");
		}
		if (!isKey(key)) {
			String suggestion = suggestion(key);
			throw new InvalidBraintrustPropertyException(property,
					"has the project key '" + key
							+ "', which is not made of lower-case letters, digits and single dashes between them",
					"Rename the key, for example to '" + suggestion
							+ "'. What Braintrust shows can be any text and is set by '" + PREFIX + "." + suggestion
							+ ".name'.");
		}
	}

	private static InvalidBraintrustPropertyException notDeclared(String key, String property) {
		String action = UnknownProperties.nearest(property)
			.map((nearest) -> "Did you mean '" + nearest + "'? If not, set")
			.orElse("Check its spelling, or set") + " another property of the project, such as '" + PREFIX + "." + key
				+ ".name'.";
		String above = property.substring(PREFIX.length() + 1,
				Math.max(PREFIX.length() + 1, property.lastIndexOf('.')));
		if (above.startsWith(key + ".")) {
			action += " If '" + above + "' is meant to be the key, write '" + suggestion(above)
					+ "': a key has no dots.";
		}
		return new InvalidBraintrustPropertyException(property,
				"does not declare the project '" + key + "': it is not known or has no value", action);
	}

	private static InvalidBraintrustPropertyException sameKeyTwice(String one, String another) {
		return new InvalidBraintrustPropertyException(PREFIX + "." + another,
				"has a key that differs from '" + PREFIX + "." + one + "' in dashes alone",
				"Use one form of the key for one project, or keys that differ in letters or digits.");
	}

	private static String suggestion(String key) {
		String dashed = key.replaceAll("([a-z0-9])([A-Z])", "$1-$2")
			.toLowerCase(Locale.ROOT)
			.replaceAll("[^a-z0-9]+", "-")
			.replaceAll("^-|-$", "");
		return dashed.isEmpty() ? "my-agent" : dashed;
	}

}
