package dev.braintrust.spring.upload;

import java.time.Duration;

import dev.braintrust.spring.upload.UploadFailure.Step;

/**
 * Whether the uploads of a project are possible, as far as is known by how the last ones
 * went. Where they are not, one is tried from time to time.
 */
final class UploadOutage {

	// As many attempts in a row are no accident.
	private static final int FAILURES_OF_AN_OUTAGE = 3;

	private final long pause;

	private int failures;

	// What has been refused in a row, by the storage or where it is reported.
	private int refusals;

	private long nextTrialAt = System.nanoTime();

	UploadOutage(Duration pause) {
		this.pause = pause.toNanos();
	}

	synchronized boolean isOn() {
		return this.failures >= FAILURES_OF_AN_OUTAGE;
	}

	// Whether an upload may be added.
	synchronized boolean permits(boolean idle) {
		return !isOn() || (idle && System.nanoTime() - this.nextTrialAt >= 0);
	}

	// An upload is about to try whether the outage is over: no other does before the next
	// pause is.
	synchronized void tried() {
		pause();
	}

	synchronized void notTried() {
		this.nextTrialAt = System.nanoTime();
	}

	synchronized boolean attemptFailed() {
		this.failures++;
		return this.failures == FAILURES_OF_AN_OUTAGE;
	}

	synchronized void uploaded() {
		this.failures = 0;
		this.refusals = 0;
	}

	synchronized boolean failed(UploadFailure cause) {
		boolean late = cause.step() == Step.STORAGE || cause.step() == Step.STATUS;
		if (late && !cause.isUnreadable()) {
			this.refusals++;
		}
		// A storage that refuses one after another will refuse the next.
		boolean outage = cause.isGeneral() || this.refusals >= FAILURES_OF_AN_OUTAGE;
		if (outage) {
			this.failures = Math.max(this.failures, FAILURES_OF_AN_OUTAGE);
			pause();
		}
		else if (cause.step() != Step.CLOSED) {
			// The API has answered.
			this.failures = 0;
		}
		return outage;
	}

	private void pause() {
		this.nextTrialAt = System.nanoTime() + this.pause;
	}

}
