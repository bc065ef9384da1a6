package dev.braintrust.spring.autoconfigure.properties;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

import dev.braintrust.spring.settings.InvalidBraintrustPropertyException;
import dev.braintrust.spring.settings.OneLine;

import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Builds the advice for a project key that is not declared.
 */
public final class KnownKeys {

	static final String DEFAULT_PROJECT = "braintrust.default-project";

	// The variables that name the project for Braintrust's other libraries.
	private static final List<String> VARIABLES = List.of("BRAINTRUST_DEFAULT_PROJECT_NAME",
			"BRAINTRUST_DEFAULT_PROJECT_ID");

	private KnownKeys() {
	}

	// The advice for an undeclared key. Without any key, it adds misspelt properties and
	// variables without effect, because startup fails before the report that names them.
	public static String remedy(String key, ProjectKeys keys, Environment environment) {
		String remedy = remedy(key, keys.names());
		if (!keys.names().isEmpty()) {
			return remedy;
		}
		List<String> mistakes = new ArrayList<>(keys.unknown());
		mistakes.addAll(undeclared(environment));
		return mistakes.isEmpty() ? remedy : remedy + " " + OneLine.of(String.join(" ", mistakes));
	}

	// The advice for an undeclared key, which may be the name of a declared project.
	static String remedy(String key, Map<String, String> names) {
		for (Map.Entry<String, String> project : names.entrySet()) {
			if (project.getValue().equalsIgnoreCase(key.strip())) {
				return "'" + key + "' is the name of the project in Braintrust. Write its key instead: '"
						+ project.getKey() + "'.";
			}
		}
		return remedy(key, names.keySet());
	}

	public static String remedy(String key, Collection<String> known) {
		String declare = ProjectKeys.isKey(key)
				? "To declare '" + key + "', set a property of it, such as 'braintrust.projects." + key + ".name'."
				: "A key is made of lower-case letters, digits and single dashes between them.";
		if (known.isEmpty()) {
			return "No project is declared so far. " + declare;
		}
		return nearest(key.toLowerCase(Locale.ROOT), known, Math.max(2, key.length() / 3))
			.map((nearest) -> "Did you mean '" + nearest + "'? ")
			.orElse("") + "The declared projects are: " + String.join(", ", new TreeSet<>(known)) + ". " + declare;
	}

	// Messages about variables that name a project although no project is declared.
	public static List<String> undeclared(Environment environment) {
		List<String> messages = new ArrayList<>();
		for (String variable : VARIABLES) {
			if (StringUtils.hasText(environment.getProperty(variable))) {
				String property = variable.substring(variable.lastIndexOf('_') + 1).toLowerCase(Locale.ROOT);
				messages.add("The variable '" + variable + "' declares no Braintrust project. Write "
						+ "'braintrust.projects.my-agent." + property + "=${" + variable + "}' and '" + DEFAULT_PROJECT
						+ "=my-agent', with a key of your own instead of 'my-agent'.");
			}
		}
		return messages;
	}

	static InvalidBraintrustPropertyException notDeclared(String key, String property) {
		String action = UnknownProperties.nearest(property)
			.map((nearest) -> "Did you mean '" + nearest + "'? If not, set")
			.orElse("Check its spelling, or set") + " another property of the project, such as '" + ProjectKeys.PREFIX
				+ "." + key + ".name'.";
		String above = property.substring(ProjectKeys.PREFIX.length() + 1,
				Math.max(ProjectKeys.PREFIX.length() + 1, property.lastIndexOf('.')));
		if (above.startsWith(key + ".")) {
			action += " If '" + above + "' is meant to be the key, write '" + suggestion(above)
					+ "': a key has no dots.";
		}
		return new InvalidBraintrustPropertyException(property,
				"does not declare the project '" + key + "': it is unknown or has no value", action);
	}

	static String suggestion(String key) {
		String dashed = key.replaceAll("([a-z0-9])([A-Z])", "$1-$2")
			.toLowerCase(Locale.ROOT)
			.replaceAll("[^a-z0-9]+", "-")
			.replaceAll("^-|-$", "");
		return dashed.isEmpty() ? "my-agent" : dashed;
	}

	// The known name with the smallest distance, if it is within the limit.
	static Optional<String> nearest(String name, Collection<String> known, int limit) {
		return known.stream()
			.filter((candidate) -> distance(name, candidate) <= limit)
			.min(Comparator.<String>comparingInt((candidate) -> distance(name, candidate))
				.thenComparing(Comparator.naturalOrder()));
	}

	// The Levenshtein distance of two names.
	private static int distance(String one, String another) {
		int[] row = new int[another.length() + 1];
		for (int j = 0; j <= another.length(); j++) {
			row[j] = j;
		}
		for (int i = 1; i <= one.length(); i++) {
			int diagonal = row[0];
			row[0] = i;
			for (int j = 1; j <= another.length(); j++) {
				int replaced = diagonal + ((one.charAt(i - 1) == another.charAt(j - 1)) ? 0 : 1);
				diagonal = row[j];
				row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
			}
		}
		return row[another.length()];
	}

}
