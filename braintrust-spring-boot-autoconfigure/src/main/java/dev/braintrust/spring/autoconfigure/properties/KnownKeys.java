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
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Tells what to write instead of a key that is not declared.
 */
public final class KnownKeys {

	private static final String DEFAULT_PROJECT = "braintrust.default-project";

	// How Braintrust's other libraries are told their one project.
	private static final List<String> VARIABLES = List.of("BRAINTRUST_DEFAULT_PROJECT_NAME",
			"BRAINTRUST_DEFAULT_PROJECT_ID");

	private KnownKeys() {
	}

	// The remedy for a key that is not declared.
	public static String remedy(String key, Map<String, String> names) {
		for (Map.Entry<String, String> project : names.entrySet()) {
			if (project.getValue().equalsIgnoreCase(key.strip())) {
				return "'" + key + "' is the name of the project in Braintrust. Write its key instead: '"
						+ project.getKey() + "'.";
			}
		}
		return remedy(key, names.keySet());
	}

	// The remedy for a key that is not declared.
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

	// The key of the project of clients that no annotation gives to one.
	public static @Nullable String defaultProject(BraintrustProperties properties) {
		String key = properties.getDefaultProject();
		if (!StringUtils.hasText(key)) {
			return null;
		}
		if (!properties.getProjects().containsKey(key)) {
			throw new InvalidBraintrustPropertyException(DEFAULT_PROJECT,
					"names the project '" + key + "', which is not declared",
					remedy(key, ProjectKeys.names(properties.getProjects())));
		}
		return key;
	}

	// What to write in place of a variable that names a project, if no project is
	// declared.
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

	// The name that was meant.
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
