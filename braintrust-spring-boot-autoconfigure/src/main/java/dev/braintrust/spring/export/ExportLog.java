package dev.braintrust.spring.export;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Says how the export of each project goes, once per change of state. It names
 * properties, hosts and statuses; never a key, a body or an attribute.
 */
final class ExportLog {

	private static final Log logger = LogFactory.getLog(SpanPipeline.class);

	private final Map<String, String> states = new ConcurrentHashMap<>();

	void answered(ExportTarget target, Answer answer) {
		if (answer.isAccepted()) {
			accepted(target);
		}
		else if (answer.mayPass()) {
			changed(target, "retrying", "cannot be sent to " + target.endpoint() + " at the moment ("
					+ answer.describe() + "). They are kept and sent again.");
		}
		else if (answer.status() != null) {
			changed(target, "refused with " + answer.describe(), "are refused by " + target.endpoint() + " with "
					+ answer.describe() + " and are lost. " + remedy(target.projectKey(), answer.status()));
		}
		else {
			changed(target, "unsendable", "could not be made into a request and are lost (" + answer.describe() + ").");
		}
	}

	private void accepted(ExportTarget target) {
		if (this.states.remove(target.projectKey()) != null) {
			logger.info("Spans of the Braintrust project '" + target.projectKey() + "' are accepted again by "
					+ target.endpoint());
		}
	}

	private static String remedy(String key, int status) {
		return switch (status) {
			case 400 -> "Check the project that they name: 'braintrust.projects." + key + ".id' or '.name'.";
			case 401, 403 -> check(key, "api-key");
			case 301, 302, 303, 307, 308, 404, 405 -> check(key, "api-url");
			default -> "They are not sent again.";
		};
	}

	private static String check(String key, String property) {
		return "Check 'braintrust.projects." + key + "." + property + "', or 'braintrust." + property
				+ "' where the project has none of its own.";
	}

	private void changed(ExportTarget target, String state, String predicate) {
		if (!state.equals(this.states.put(target.projectKey(), state))) {
			warn(target, predicate);
		}
	}

	void full(ExportTarget target) {
		warn(target, "end faster than they can be sent; " + SpanQueues.QUEUE_SIZE
				+ " are waiting, and further ones are lost.");
	}

	void closed(ExportTarget target) {
		changed(target, "closed", "ended after the application context had closed, and are lost.");
	}

	void abandoned(ExportTarget target, int count) {
		logger.warn(count + " spans of the Braintrust project '" + target.projectKey()
				+ "' could not be sent before the application context closed, and are lost.");
	}

	private static void warn(ExportTarget target, String predicate) {
		logger.warn("Spans of the Braintrust project '" + target.projectKey() + "' " + predicate);
	}

}
