package dev.braintrust.spring.upload;

import java.time.Duration;

/**
 * Whether the files of a project are worth another try: where two in a row were not read
 * in time, none is read for a while, and then one. Each that hangs would delay its span,
 * though it ended once it was interrupted.
 */
final class ReadTrials {

	private static final int MAX_TIMEOUTS = 2;

	private final long pause;

	private int timeouts;

	private long nextTrialAt = System.nanoTime();

	ReadTrials(Duration pause) {
		this.pause = pause.toNanos();
	}

	// Ask whether to read. While files are not read in time, who asks first after a pause
	// is the one that tries.
	synchronized boolean permit() {
		if (this.timeouts < MAX_TIMEOUTS) {
			return true;
		}
		if (System.nanoTime() - this.nextTrialAt < 0) {
			return false;
		}
		pause();
		return true;
	}

	synchronized void timedOut() {
		this.timeouts++;
		pause();
	}

	synchronized void returned() {
		this.timeouts = 0;
	}

	private void pause() {
		this.nextTrialAt = System.nanoTime() + this.pause;
	}

}
