package dev.braintrust.spring.upload;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.braintrust.spring.api.BackgroundLog;
import dev.braintrust.spring.settings.Amount;

/**
 * Logs outages of a project's uploads once per change of state, and any other problem
 * once. It names steps and statuses, never a URL, a key or the name of a file.
 */
final class UploadLog {

	private final Set<String> states = ConcurrentHashMap.newKeySet();

	private final String project;

	private final BackgroundLog logger;

	UploadLog(String project, BackgroundLog logger) {
		this.project = project;
		this.logger = logger;
	}

	void uploaded() {
		if (this.states.remove("down")) {
			this.logger.info("Attachments of the Braintrust project '" + this.project + "' are uploaded again");
		}
	}

	void down() {
		if (this.states.add("down")) {
			this.logger.warn("Attachments of the Braintrust project '" + this.project
					+ "' cannot be uploaded at the moment. Meanwhile small ones are recorded as base64.");
		}
	}

	void failed(UploadFailure failure) {
		if (this.states.add(failure.step() + failure.getMessage())) {
			this.logger.warn("An attachment of the Braintrust project '" + this.project + "' was not uploaded ("
					+ failure.step() + ": " + failure.getMessage() + "). The same failure is not logged again.");
		}
	}

	void refused(Refusal refusal) {
		if (this.states.add(refusal.name())) {
			this.logger.warn("An attachment of the Braintrust project '" + this.project + "' is not recorded: "
					+ refusal.reason() + ". This is logged once.");
		}
	}

	void abandoned(int count) {
		this.logger.warn(Amount.of(count, "attachment") + " of the Braintrust project '" + this.project
				+ "' could not be uploaded before the application context closed. Small ones are recorded as base64.");
	}

}
