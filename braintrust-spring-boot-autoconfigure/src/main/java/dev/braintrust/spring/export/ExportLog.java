package dev.braintrust.spring.export;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Says how the export of each project goes, once per change of state, and the same
 * trouble once in ten minutes where it comes and goes. It names properties, hosts and
 * statuses; never a key, a body or an attribute.
 */
final class ExportLog {

	private static final Log logger = LogFactory.getLog(SpanPipeline.class);

	private static final Duration QUIET = Duration.ofMinutes(10);

	private final Map<String, Trouble> troubles = new ConcurrentHashMap<>();

	private final Map<String, Long> fullSaidAt = new ConcurrentHashMap<>();

	private final LongSupplier nanoTime;

	ExportLog() {
		this(System::nanoTime);
	}

	ExportLog(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
	}

	void answered(ExportTarget target, Answer answer) {
		if (answer.isAccepted() && answer.rejected() == 0) {
			accepted(target);
		}
		else if (answer.isAccepted()) {
			changed(target, "rejecting", "are accepted by " + target.location() + " only in part: " + answer.rejected()
					+ " of one request were rejected and are lost.");
		}
		else if (answer.mayPass()) {
			changed(target, "retrying", "cannot be sent to " + target.location() + " at the moment ("
					+ answer.describe() + "). They are kept and sent again.");
		}
		else if (answer.status() != null) {
			changed(target, "refused with " + answer.describe(), "are refused by " + target.location() + " with "
					+ answer.describe() + " and are lost. " + remedy(target, answer.status()));
		}
		else {
			changed(target, "unsendable", "could not be made into a request and are lost (" + answer.describe() + ").");
		}
	}

	private void accepted(ExportTarget target) {
		Trouble trouble = this.troubles.computeIfPresent(target.projectKey(), (key, before) -> before.accepted());
		if (trouble != null && trouble.isNews()) {
			logger.info("Spans of the Braintrust project '" + target.projectKey() + "' are accepted again by "
					+ target.location() + "; failed requests meanwhile: " + trouble.requests());
		}
	}

	private static String remedy(ExportTarget target, int status) {
		String key = target.projectKey();
		if (target.hasOwnEndpoint()) {
			return check(key, (status == 401 || status == 403) ? "export.headers" : "export.endpoint");
		}
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
		long now = this.nanoTime.getAsLong();
		Trouble trouble = this.troubles.compute(target.projectKey(),
				(key, before) -> (before != null) ? before.failed(state, now) : Trouble.first(state, 1, now));
		if (trouble.isNews()) {
			warn(target, predicate);
		}
	}

	void full(ExportTarget target) {
		long now = this.nanoTime.getAsLong();
		Long said = this.fullSaidAt.get(target.projectKey());
		if (said != null && now - said < QUIET.toNanos()) {
			return;
		}
		this.fullSaidAt.put(target.projectKey(), now);
		warn(target, "end faster than they can be sent. The oldest of them are sent without their content, and are "
				+ "lost when no content is left to give way. What may wait is set by 'braintrust.export.max-queue-size' "
				+ "and 'braintrust.export.max-queue-spans'.");
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

	/**
	 * What a project is in trouble with, or was.
	 *
	 * @param state what its last failed request failed with
	 * @param requests how many requests failed since none did
	 * @param saidAt when this trouble was said
	 * @param isSilent whether it came back too soon to be said again
	 * @param isOver whether a request was accepted since
	 * @param isNews whether the last request changed what is to be said
	 */
	private record Trouble(String state, int requests, long saidAt, boolean isSilent, boolean isOver, boolean isNews) {

		static Trouble first(String state, int requests, long now) {
			return new Trouble(state, requests, now, false, false, true);
		}

		Trouble failed(String state, long now) {
			int requests = this.isOver ? 1 : this.requests + 1;
			if (!state.equals(this.state) || (this.isOver && now - this.saidAt >= QUIET.toNanos())) {
				return first(state, requests, now);
			}
			return new Trouble(state, requests, this.saidAt, this.isSilent || this.isOver, false, false);
		}

		Trouble accepted() {
			return new Trouble(this.state, this.requests, this.saidAt, this.isSilent, true,
					!this.isOver && !this.isSilent);
		}

	}

}
