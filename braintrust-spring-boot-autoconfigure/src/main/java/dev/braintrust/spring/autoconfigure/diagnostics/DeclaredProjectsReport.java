package dev.braintrust.spring.autoconfigure.diagnostics;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.StringJoiner;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.settings.DeclaredProjects;
import dev.braintrust.spring.settings.InvalidBraintrustPropertyException;
import dev.braintrust.spring.settings.OneLine;
import dev.braintrust.spring.settings.ProjectSettings;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Logs at startup which projects are declared, where their spans go, and which have no
 * API key.
 */
public final class DeclaredProjectsReport {

	private static final Log logger = LogFactory.getLog(BraintrustProjects.class);

	private static final int MAX_NAMED = 20;

	private DeclaredProjectsReport() {
	}

	// Projects need no key if tests record their spans or, unless 'strict' is set, if the
	// console watches them.
	public static void log(List<ProjectSettings> settings, boolean recording, boolean watched, boolean strict) {
		for (ProjectSettings project : settings) {
			if (!recording && project.enabled() && !project.isOn() && (!watched || strict)) {
				missingKey(project, strict);
			}
		}
		logger.info(describe(settings, recording, watched));
	}

	private static void missingKey(ProjectSettings project, boolean strict) {
		String property = "braintrust.projects." + project.key() + ".api-key";
		String remedy = "Set 'braintrust.api-key' for all projects or '" + property
				+ "' for this one, or the environment variable BRAINTRUST_API_KEY, or put that variable into a file "
				+ "named .env.braintrust in the working directory or above it. An unresolved '${...}' is "
				+ "not an API key.";
		if (strict) {
			throw new InvalidBraintrustPropertyException(property, "has no value, and 'braintrust.strict' is true",
					remedy + " To start without it, remove 'braintrust.strict' or set 'braintrust.projects."
							+ project.key() + ".enabled' to false.");
		}
		logger.warn("The Braintrust project '" + project.key() + "' is off: it has no API key. " + remedy);
	}

	private static String describe(List<ProjectSettings> settings, boolean recording, boolean watched) {
		if (settings.isEmpty()) {
			return "No Braintrust project is declared under 'braintrust.projects'; nothing is traced into Braintrust";
		}
		StringJoiner projects = new StringJoiner(", ");
		int named = Math.min(MAX_NAMED, settings.size());
		for (ProjectSettings project : settings.subList(0, named)) {
			projects.add(recording ? project.key() : project.key() + destination(project, watched));
		}
		int others = settings.size() - named;
		return (recording ? "Braintrust projects, recorded and not sent: " : "Braintrust projects: ") + projects
				+ ((others > 0) ? " and " + others + " more" : "");
	}

	private static String destination(ProjectSettings project, boolean watched) {
		if (project.isOn()) {
			return " (" + OneLine.of(project.parent().toString()) + " at " + project.destination() + ")";
		}
		return (watched && project.enabled()) ? " (only in the console, since it has no API key)" : " (off)";
	}

	// Messages about headers that were probably set by a variable: Spring Boot reads
	// BRAINTRUST_EXPORT_HEADERS_X_TOKEN as a header x.token, because variable names
	// cannot contain dashes.
	public static Collection<String> variableHeaders(DeclaredProjects projects) {
		Set<String> names = new LinkedHashSet<>();
		for (ProjectSettings project : projects.all()) {
			if (project.isOn()) {
				names.addAll(project.export().headers().keySet());
			}
		}
		Set<String> messages = new LinkedHashSet<>();
		for (String name : names) {
			// Real headers have no dots, and names that people write often have capitals.
			if (name.contains(".") && name.equals(name.toLowerCase(Locale.ROOT))) {
				messages.add(variableHeader(name));
			}
		}
		return messages;
	}

	private static String variableHeader(String name) {
		String meant = name.replace('.', '-');
		return "A header named '" + name + "' is sent with spans. If it is set by an environment variable such as '..."
				+ "EXPORT_HEADERS_" + name.replace('.', '_').toUpperCase(Locale.ROOT)
				+ "', Spring Boot cannot tell its " + "dashes. Set the property 'export.headers." + meant
				+ "' to '${NAME}' in a file, and the variable NAME " + "to the value.";
	}

}
