package dev.braintrust.spring.autoconfigure.properties;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import dev.braintrust.spring.settings.InvalidBraintrustPropertyException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * The project of clients that no annotation gives to one.
 */
public final class DefaultProject {

	private static final String PROPERTY = "braintrust.default-project";

	// How Braintrust's other libraries are told their one project.
	private static final List<String> VARIABLES = List.of("BRAINTRUST_DEFAULT_PROJECT_NAME",
			"BRAINTRUST_DEFAULT_PROJECT_ID");

	private DefaultProject() {
	}

	public static @Nullable String of(BraintrustProperties properties) {
		String key = properties.getDefaultProject();
		if (!StringUtils.hasText(key)) {
			return null;
		}
		if (!properties.getProjects().containsKey(key)) {
			throw new InvalidBraintrustPropertyException(PROPERTY,
					"names the project '" + key + "', which is not declared",
					KnownKeys.remedy(key, ProjectKeys.names(properties.getProjects())));
		}
		return key;
	}

	// What to write in place of a variable that names a project, where no project is
	// declared.
	public static List<String> undeclared(Environment environment) {
		List<String> messages = new ArrayList<>();
		for (String variable : VARIABLES) {
			if (StringUtils.hasText(environment.getProperty(variable))) {
				String property = variable.substring(variable.lastIndexOf('_') + 1).toLowerCase(Locale.ROOT);
				messages.add("The variable '" + variable + "' declares no Braintrust project. Write "
						+ "'braintrust.projects.my-agent." + property + "=${" + variable + "}' and '" + PROPERTY
						+ "=my-agent', with a key of your own in place of 'my-agent'.");
			}
		}
		return messages;
	}

}
