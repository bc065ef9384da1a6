package dev.braintrust.spring.autoconfigure.diagnostics;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

import dev.braintrust.spring.settings.DeclaredProjects;
import dev.braintrust.spring.settings.ProjectSettings;

/**
 * Headers whose names are what is left of a variable: Spring Boot takes
 * {@code BRAINTRUST_EXPORT_HEADERS_X_TOKEN} for a header {@code x.token}, since a
 * variable has no place for a dash.
 */
public final class VariableHeaders {

	private VariableHeaders() {
	}

	public static Collection<String> in(DeclaredProjects projects) {
		Set<String> names = new LinkedHashSet<>();
		for (ProjectSettings project : projects.all()) {
			if (project.isOn()) {
				names.addAll(project.export().headers().keySet());
			}
		}
		Set<String> messages = new LinkedHashSet<>();
		for (String name : names) {
			// No header that is in use has a dot, and these have capitals where people
			// write them.
			if (name.contains(".") && name.equals(name.toLowerCase(Locale.ROOT))) {
				messages.add(message(name));
			}
		}
		return messages;
	}

	private static String message(String name) {
		String meant = name.replace('.', '-');
		return "A header named '" + name + "' is sent with spans. If it is set by an environment variable such as '..."
				+ "EXPORT_HEADERS_" + name.replace('.', '_').toUpperCase(Locale.ROOT)
				+ "', Spring Boot cannot tell its " + "dashes. Set the property 'export.headers." + meant
				+ "' to '${NAME}' in a file, and the variable NAME " + "to the value.";
	}

}
