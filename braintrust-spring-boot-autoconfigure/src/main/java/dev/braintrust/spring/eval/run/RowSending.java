package dev.braintrust.spring.eval.run;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import dev.braintrust.spring.export.ExportStatus;
import dev.braintrust.spring.settings.Amount;
import dev.braintrust.spring.trace.RowTracer;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Sends the rows of one run. A new row waits until the queue has room, so that no span is
 * dropped, and at its end the run waits until all spans are sent. If the server accepts
 * nothing for too long, the run continues without sending. Thread-safe.
 */
final class RowSending {

	private static final Log logger = LogFactory.getLog(RowSending.class);

	// A flush may return before its timeout.
	private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(10);

	private final RowTracer tracer;

	private final RunTarget target;

	private final Duration patience;

	private long settled;

	private long since;

	private volatile boolean waiting;

	private volatile boolean gaveUp;

	RowSending(RowTracer tracer, RunTarget target, Duration patience) {
		this.tracer = tracer;
		this.target = target;
		this.patience = patience;
	}

	// Whether another row may start.
	boolean hasRoom() {
		if (this.gaveUp) {
			return true;
		}
		if (this.tracer.hasRoom()) {
			this.waiting = false;
			return true;
		}
		if (!this.waiting) {
			// A queue that is too small for a full request would only be sent at the
			// next interval.
			this.tracer.flush(Duration.ZERO);
		}
		return isStuck();
	}

	// Whether sending stops because the server has accepted nothing for too long.
	private synchronized boolean isStuck() {
		ExportStatus status = this.tracer.status();
		long settled = status.sent() + status.totalLost();
		if (!this.waiting || settled != this.settled) {
			this.waiting = true;
			this.settled = settled;
			this.since = System.nanoTime();
		}
		if (!this.gaveUp && System.nanoTime() - this.since >= this.patience.toNanos()) {
			this.gaveUp = true;
			warn(status, "continues without Braintrust, which accepts no spans");
			this.tracer.stopSending();
		}
		return this.gaveUp;
	}

	// Send all queued spans. Return whether everything has arrived.
	boolean end() {
		if (!this.target.isSent() || this.gaveUp) {
			return false;
		}
		boolean interrupted = false;
		this.waiting = false;
		try {
			boolean flushed = false;
			while (!flushed && isOpen() && !isStuck()) {
				// The interrupt has already cancelled the run. It must not drop spans.
				interrupted |= Thread.interrupted();
				flushed = this.tracer.flush(slice());
				if (!flushed) {
					LockSupport.parkNanos(this, PAUSE);
				}
			}
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
		ExportStatus status = this.tracer.status();
		boolean sent = status.queued() == 0 && status.totalLost() == 0 && status.contentLost().isEmpty();
		if (!sent && !this.gaveUp) {
			warn(status, "is not complete in Braintrust");
		}
		return sent;
	}

	private boolean isOpen() {
		ExportStatus status = this.tracer.status();
		return status.queued() > 0 && status.state() != ExportStatus.State.CLOSED;
	}

	private Duration slice() {
		Duration slice = Duration.ofSeconds(10);
		return (this.patience.compareTo(slice) < 0) ? this.patience : slice;
	}

	private void warn(ExportStatus status, String what) {
		String error = status.lastError();
		logger.warn("The experiment '" + this.target.name() + "' of the Braintrust project '" + this.target.project()
				+ "' " + what + ": " + status.sent() + " of " + Amount.of(status.ended(), "span") + " arrived"
				+ ((error != null) ? " (" + error + ")" : "") + ". The result of the run has all rows.");
	}

}
