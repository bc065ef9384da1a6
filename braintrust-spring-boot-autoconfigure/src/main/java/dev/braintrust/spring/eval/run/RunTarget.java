package dev.braintrust.spring.eval.run;

import java.net.URI;
import java.nio.file.Path;

import dev.braintrust.spring.eval.report.ReportFiles;
import org.jspecify.annotations.Nullable;

/**
 * Where an experiment goes: to Braintrust, or nowhere but into its result.
 *
 * @param id its id in Braintrust, if it is sent
 * @param url its page, if that is known
 * @param elsewhere what its spans carry if it is no experiment of its own
 * @param report the page of its report, if there is to be one
 */
record RunTarget(String project, String name, @Nullable String id, @Nullable URI url, @Nullable String elsewhere,
		@Nullable Path report) {

	RunTarget(String project, String name, @Nullable String id, @Nullable URI url) {
		this(project, name, id, url, null, null);
	}

	RunTarget withReport(@Nullable Path report) {
		return new RunTarget(this.project, this.name, this.id, this.url, this.elsewhere, report);
	}

	// Where a row can be seen. The id of a row is that of its span.
	@Nullable URI page(int index, int trial, String spanId) {
		if (this.url != null) {
			return URI.create(this.url + "&id=" + spanId);
		}
		return (this.report != null) ? ReportFiles.row(this.report, index, trial) : null;
	}

	// What the spans of the experiment carry. One that is not sent has no id.
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
