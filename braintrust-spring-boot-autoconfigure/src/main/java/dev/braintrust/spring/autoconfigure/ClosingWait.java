package dev.braintrust.spring.autoconfigure;

import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.StringJoiner;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.export.ExportStatus;
import dev.braintrust.spring.settings.WebUrl;
import dev.braintrust.spring.trace.Project;
import dev.braintrust.spring.upload.AttachmentStatus;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Says what a closing application context waits for: spans and attachments that a server
 * has not taken at once.
 */
final class ClosingWait {

	// How long a context waits without a word, since most that waits is sent by then.
	static final Duration QUIET = Duration.ofSeconds(1);

	private static final Log logger = LogFactory.getLog(BraintrustProjects.class);

	private static final int MAX_LENGTH = 500;

	private ClosingWait() {
	}

	// Say what is waited for, if anything is.
	static boolean announce(Collection<Project> projects, Duration atMost) {
		StringJoiner waiting = new StringJoiner(", ");
		int unnamed = 0;
		for (Project project : projects) {
			String what = waiting(project);
			if (!what.isEmpty() && waiting.length() > MAX_LENGTH) {
				unnamed++;
			}
			else if (!what.isEmpty()) {
				waiting.add(what + " of '" + project.settings().key() + "' (" + destination(project) + ")");
			}
		}
		if (waiting.length() == 0) {
			return false;
		}
		logger.warn("The application context waits up to " + Math.max(1, atMost.toSeconds())
				+ " s before it closes, to send what Braintrust projects have recorded: " + waiting
				+ ((unnamed > 0) ? " and those of " + unnamed + " more projects" : "")
				+ ". 'braintrust.export.shutdown-timeout' limits the wait.");
		return true;
	}

	private static String waiting(Project project) {
		ExportStatus export = project.exportStatus();
		AttachmentStatus attachments = project.attachmentStatus();
		StringJoiner waiting = new StringJoiner(" and ");
		if (export != null && export.queued() > 0) {
			waiting.add(export.queued() + ((export.queued() == 1) ? " span" : " spans"));
		}
		if (attachments != null && attachments.waiting() > 0) {
			waiting.add(attachments.waiting() + ((attachments.waiting() == 1) ? " attachment" : " attachments"));
		}
		return waiting.toString();
	}

	private static String destination(Project project) {
		URI endpoint = project.settings().export().endpoint();
		String host = WebUrl.host((endpoint != null) ? endpoint : project.settings().apiUrl());
		ExportStatus export = project.exportStatus();
		String error = (export != null && export.state() == ExportStatus.State.RETRYING) ? export.lastError() : null;
		return host + ": " + ((error != null) ? error : "no answer yet");
	}

}
