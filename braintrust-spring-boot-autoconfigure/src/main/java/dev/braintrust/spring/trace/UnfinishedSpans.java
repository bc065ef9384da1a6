package dev.braintrust.spring.trace;

import java.util.Collection;
import java.util.StringJoiner;
import java.util.function.ToLongFunction;

import dev.braintrust.spring.BraintrustProjects;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Ends the spans that are open when the application context closes, and says how many
 * there were.
 */
public final class UnfinishedSpans {

	private static final Log logger = LogFactory.getLog(BraintrustProjects.class);

	private static final int MAX_LENGTH = 500;

	private UnfinishedSpans() {
	}

	public static void cut(Collection<Project> projects) {
		String open = count(projects, Project::cutOpenSpans);
		if (!open.isEmpty()) {
			logger.warn("Spans of Braintrust projects were open when the application context closed: " + open
					+ ". They end now and are sent with what they have. Let work finish before the context closes, "
					+ "and end each span that 'startSpan()' returns.");
		}
		String forgotten = count(projects, Project::forgottenSpans);
		if (!forgotten.isEmpty()) {
			logger.warn("Spans of Braintrust projects were never ended and are lost: " + forgotten
					+ ". End each span that 'startSpan()' returns, in a finally block.");
		}
	}

	private static String count(Collection<Project> projects, ToLongFunction<Project> counter) {
		StringJoiner counted = new StringJoiner(", ");
		int unnamed = 0;
		for (Project project : projects) {
			long count = counter.applyAsLong(project);
			if (count > 0 && counted.length() > MAX_LENGTH) {
				unnamed++;
			}
			else if (count > 0) {
				counted.add(count + " of '" + project.settings().key() + "'");
			}
		}
		return counted + ((unnamed > 0) ? " and those of " + unnamed + " more projects" : "");
	}

}
