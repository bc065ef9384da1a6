package dev.braintrust.spring.export;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

import dev.braintrust.spring.api.BackgroundLog;
import dev.braintrust.spring.api.Reply;
import dev.braintrust.spring.export.otlp.PartialSuccess;
import dev.braintrust.spring.settings.Amount;
import dev.braintrust.spring.settings.ProjectSettings;
import org.apache.commons.logging.LogFactory;

/**
 * Logs the export of each project, once per change of state. A problem that comes and
 * goes is logged at most once in ten minutes. Messages name properties, hosts and
 * statuses, never a key, a body or an attribute.
 */
final class ExportLog {

	private static final String SMALLER = "They are sent again in smaller requests, and a span that fails "
			+ "alone is sent without its content.";

	private static final String NOT_AGAIN = "They are not sent again.";

	private static final String API_URL = "api-url";

	private static final Duration QUIET = Duration.ofMinutes(10);

	private final Map<String, Trouble> troubles = new ConcurrentHashMap<>();

	private final Map<Saying, Long> saidAt = new ConcurrentHashMap<>();

	private final BackgroundLog log = new BackgroundLog(LogFactory.getLog(SpanPipeline.class));

	private final LongSupplier nanoTime;

	ExportLog() {
		this(System::nanoTime);
	}

	// Wait until all messages are written.
	void await(Duration timeout) {
		this.log.await(timeout);
	}

	ExportLog(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
	}

	void answered(ExportTarget target, Reply reply, RequestTries.Outcome outcome) {
		switch (outcome) {
			case SETTLED -> settled(target, reply, PartialSuccess.rejectedSpans(reply));
			case REPEATED -> changed(target.spans(), "retrying", "cannot be sent to " + target.location()
					+ " at the moment (" + reply.describe() + "). They are kept and sent again.");
			case TOO_LARGE -> changed(target.spans(), "too large",
					"are too large in one request for " + target.location() + " (" + reply.describe() + "). " + SMALLER
							+ " Set 'braintrust.export.max-request-size' to a size that the server and its proxies "
							+ "accept.");
			case SHRUNK -> changed(target.spans(), "shrinking", "fail repeatedly in the same request to "
					+ target.location() + " (" + reply.describe() + "). " + SMALLER);
			case GIVEN_UP -> changed(target.spans(), "given up", "failed too often on the way to " + target.location()
					+ " (" + reply.describe() + "), and are lost. Later spans are still sent.");
		}
	}

	private void settled(ExportTarget target, Reply reply, long rejected) {
		if (reply.isAccepted() && rejected == 0) {
			accepted(target);
		}
		else if (reply.isAccepted()) {
			changed(target.spans(), "rejecting", "are accepted by " + target.location() + " only in part. "
					+ "The rest is lost: " + Amount.of(rejected, "span") + " of one request.");
		}
		else if (reply.isRefusedByProxy()) {
			changed(target.spans(), "refused by proxy",
					"are refused by the proxy on the way to " + target.location() + " with " + reply.describe()
							+ " and are lost. Set 'braintrust.projects." + target.projectKey()
							+ ".export.proxy.username' and '.password', or 'braintrust.export.proxy.username' and "
							+ "'.password', to a login that the proxy accepts.");
		}
		else if (reply.isAnswered()) {
			changed(target.spans(), "refused with " + reply.describe(), "are refused by " + target.location() + " with "
					+ reply.describe() + " and are lost. " + remedy(target, reply.status()));
		}
		else {
			changed(target.spans(), "unsendable", "could not be encoded and are lost (" + reply.describe() + ").");
		}
	}

	private void accepted(ExportTarget target) {
		Trouble trouble = this.troubles.remove(target.spans());
		if (trouble != null && trouble.isSaid()) {
			this.log.info(target.spans() + " are accepted again by " + target.location()
					+ "; failed requests meanwhile: " + trouble.requests());
		}
	}

	private static String remedy(ExportTarget target, int status) {
		String key = target.projectKey();
		if (target.isOfCaller()) {
			return (status == 401 || status == 403) ? "Check the token of its caller." : NOT_AGAIN;
		}
		if (target.hasOwnEndpoint()) {
			return check(key, (status == 401 || status == 403) ? "export.headers" : "export.endpoint");
		}
		return switch (status) {
			case 400 -> "Check the project that they name: 'braintrust.projects." + key + ".id' or '.name'.";
			case 401, 403 -> "Check " + target.keyPlace() + ".";
			case 301, 302, 303, 307, 308, 404, 405 -> check(key, API_URL);
			default -> NOT_AGAIN;
		};
	}

	private static String check(String key, String property) {
		String variable = property.equals(API_URL) ? " or the environment variable BRAINTRUST_API_URL" : "";
		return "Check 'braintrust.projects." + key + "." + property + "', or 'braintrust." + property + "'" + variable
				+ " if the project has none of its own.";
	}

	private void changed(String spans, String state, String predicate) {
		Trouble before = this.troubles.get(spans);
		boolean goesOn = before != null && state.equals(before.state());
		boolean said = !goesOn && say(spans, state, predicate);
		this.troubles.put(spans, new Trouble(state, (before != null) ? before.requests() + 1 : 1,
				said || (before != null && before.isSaid())));
	}

	void full(ExportTarget target) {
		say(target.spans(), "full",
				"end faster than they can be sent. The oldest of them are sent without their content, and "
						+ "are dropped when no content is left. The limits are "
						+ "'braintrust.export.max-queue-size' and 'braintrust.export.max-queue-spans'.");
	}

	private boolean say(String spans, String state, String predicate) {
		long now = this.nanoTime.getAsLong();
		Long before = this.saidAt.get(new Saying(spans, state));
		if (before != null && now - before < QUIET.toNanos()) {
			return false;
		}
		this.saidAt.put(new Saying(spans, state), now);
		this.log.warn(spans + " " + predicate);
		return true;
	}

	// An experiment may end long before the application context closes.
	void closed(ProjectSettings project, boolean experiment) {
		String spans = ExportTarget.spans(project);
		if (experiment) {
			say(spans, "experiment ended", "ended when their experiment was no longer sent, and are lost.");
		}
		else {
			changed(spans, "closed", "ended after the application context had closed, and are lost.");
		}
	}

	void abandoned(String projectKey, int count, boolean experiment) {
		this.log.warn("The Braintrust project '" + projectKey + "' loses " + Amount.of(count, "span")
				+ ", which could not be sent before "
				+ (experiment ? "the experiment ended." : "the application context closed."));
	}

	private record Trouble(String state, int requests, boolean isSaid) {
	}

	// The key of a message that is logged at most once in ten minutes.
	private record Saying(String spans, String state) {
	}

}
