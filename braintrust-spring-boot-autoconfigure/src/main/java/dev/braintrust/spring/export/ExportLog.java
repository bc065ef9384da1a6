package dev.braintrust.spring.export;

import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Says how the export of each project goes, once per change of state. It names
 * properties, hosts and statuses; never a key, a body or an attribute.
 */
final class ExportLog {

	private static final Log logger = LogFactory.getLog(SpanPipeline.class);

	private final Map<String, String> states = new ConcurrentHashMap<>();

	void accepted(ExportTarget target) {
		if (this.states.remove(target.projectKey()) != null) {
			logger.info("Spans of the Braintrust project '" + target.projectKey() + "' are accepted again by "
					+ target.endpoint());
		}
	}

	void retrying(ExportTarget target, @Nullable Integer status, @Nullable Throwable failure) {
		String reason = (status != null) ? "it answers with status " + status : describe(failure);
		warn(target, "retrying: " + reason, "cannot be sent to " + target.endpoint() + " at the moment (" + reason
				+ "). They are kept and sent again.");
	}

	void refused(ExportTarget target, int status) {
		String remedy = switch (status) {
			case 401, 403 -> "Check 'braintrust.projects." + target.projectKey()
					+ ".api-key', or 'braintrust.api-key' where the project has none of its own.";
			case 404, 405 -> "Check 'braintrust.projects." + target.projectKey()
					+ ".api-url', or 'braintrust.api-url' where the project has none of its own.";
			default -> "They are not sent again.";
		};
		warn(target, "refused: " + status,
				"are refused by " + target.endpoint() + " with status " + status + " and are lost. " + remedy);
	}

	void failed(ExportTarget target, Throwable failure) {
		warn(target, "failed", "could not be encoded and are lost (" + describe(failure) + ").");
	}

	void rejected(ExportTarget target, boolean closed) {
		warn(target, closed ? "closed" : "full",
				closed ? "ended after the application context had closed, and are lost."
						: "end faster than they can be sent; " + SpanPipeline.QUEUE_SIZE
								+ " are waiting, and further ones are lost.");
	}

	void abandoned(ExportTarget target, int count) {
		logger.warn(count + " spans of the Braintrust project '" + target.projectKey()
				+ "' could not be sent before the application context closed, and are lost.");
	}

	private void warn(ExportTarget target, String state, String predicate) {
		if (!state.equals(this.states.put(target.projectKey(), state))) {
			logger.warn("Spans of the Braintrust project '" + target.projectKey() + "' " + predicate);
		}
	}

	private static String describe(@Nullable Throwable failure) {
		Throwable cause = failure;
		while (cause instanceof CompletionException && cause.getCause() != null) {
			cause = cause.getCause();
		}
		return (cause != null) ? cause.getClass().getSimpleName() : "no answer";
	}

}
