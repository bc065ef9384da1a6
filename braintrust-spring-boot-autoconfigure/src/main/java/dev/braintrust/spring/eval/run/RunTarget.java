package dev.braintrust.spring.eval.run;

import java.net.URI;
import java.time.Duration;

import dev.braintrust.spring.export.ExportStatus;
import dev.braintrust.spring.trace.RowTracer;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Where an experiment goes: to Braintrust, or nowhere but into its result.
 *
 * @param project the key of the project
 * @param name the name of the experiment
 * @param id its id in Braintrust, if it is sent
 * @param url its page, if that is known
 */
record RunTarget(String project, String name, @Nullable String id, @Nullable URI url) {

	private static final Log logger = LogFactory.getLog(RunTarget.class);

	private static final Duration FLUSH = Duration.ofMinutes(2);

	// What the spans of the experiment carry. One that is not sent has no id.
	String parent() {
		return (this.id != null) ? "experiment_id:" + this.id : "experiment_name:" + this.name;
	}

	boolean isSent() {
		return this.id != null;
	}

	// Send what waits. Returns whether everything has arrived.
	boolean end(RowTracer tracer) {
		if (!isSent()) {
			return false;
		}
		boolean flushed = tracer.flush(FLUSH);
		ExportStatus status = tracer.status();
		if (flushed && status.totalLost() == 0 && status.contentLost().isEmpty()) {
			return true;
		}
		String error = status.lastError();
		logger.warn("The experiment '" + this.name + "' of the Braintrust project '" + this.project
				+ "' is not complete in Braintrust: of " + status.ended() + " spans, " + status.sent() + " arrived"
				+ ((error != null) ? " (" + error + ")" : "") + ". The result of the run has all rows.");
		return false;
	}

}
