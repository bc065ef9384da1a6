package dev.braintrust.spring.eval.run;

import java.net.URI;
import java.nio.file.Path;

import dev.braintrust.spring.eval.report.ReportFiles;
import org.jspecify.annotations.Nullable;

/**
 * The destination of an experiment: Braintrust, or only its result.
 *
 * @param id its id in Braintrust, or {@code null}
 * @param url its page in Braintrust, or {@code null}
 * @param elsewhere the {@code braintrust.parent} of its spans if they do not go to a new
 * experiment, or {@code null}
 * @param report the page of its report, or {@code null}
 */
record RunTarget(String project, String name, @Nullable String id, @Nullable URI url, @Nullable String elsewhere,
		@Nullable Path report) {

	RunTarget(String project, String name, @Nullable String id, @Nullable URI url) {
		this(project, name, id, url, null, null);
	}

	RunTarget withReport(@Nullable Path report) {
		return new RunTarget(this.project, this.name, this.id, this.url, this.elsewhere, report);
	}

	// Return the URL of a row. The id of a row is the id of its span.
	@Nullable URI page(int index, int trial, String spanId) {
		if (this.url != null) {
			return URI.create(this.url + "&id=" + spanId);
		}
		return (this.report != null) ? ReportFiles.row(this.report, index, trial) : null;
	}

	// Return the braintrust.parent of the spans. Only an experiment that is sent has
	// an id.
	String parent() {
		if (this.elsewhere != null) {
			return this.elsewhere;
		}
		return (this.id != null) ? "experiment_id:" + this.id : "experiment_name:" + this.name;
	}

	boolean isSent() {
		return this.id != null || this.elsewhere != null;
	}

}
