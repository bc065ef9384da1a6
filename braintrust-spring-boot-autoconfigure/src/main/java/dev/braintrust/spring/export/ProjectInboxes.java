package dev.braintrust.spring.export;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

/**
 * The inboxes of one project: one for its logs and one for each experiment. They share
 * the size that one project may leave for the worker. The counts of a closed inbox are
 * kept.
 */
final class ProjectInboxes {

	private final Set<SpanInbox> others = new LinkedHashSet<>(0);

	private final AtomicLong late = new AtomicLong();

	// Inboxes whose spans are not paced, so their size must be limited.
	private volatile SpanInbox[] unpaced = {};

	private volatile @Nullable SpanInbox logs;

	// The counts of closed inboxes.
	private ExportStatus past = ExportStatus.UNUSED.closed(0, 0);

	synchronized void add(SpanInbox inbox) {
		if (inbox.isOfExperiment()) {
			this.others.add(inbox);
		}
		else {
			this.logs = inbox;
		}
		survey();
	}

	// Remove an inbox that is closed.
	synchronized void remove(SpanInbox inbox) {
		if (this.others.remove(inbox)) {
			this.past = this.past.plus(known(inbox));
			survey();
		}
	}

	private void survey() {
		this.unpaced = all().stream().filter((inbox) -> !inbox.isPaced()).toArray(SpanInbox[]::new);
	}

	synchronized List<SpanInbox> all() {
		List<SpanInbox> all = new ArrayList<>(this.others);
		SpanInbox logs = this.logs;
		if (logs != null) {
			all.add(0, logs);
		}
		return all;
	}

	// Count a span that ended after its inbox was closed, on the thread that ended it.
	void endedLate(SpanInbox inbox) {
		if (inbox.isOfExperiment()) {
			this.late.incrementAndGet();
		}
	}

	// Whether an inbox has room for more bytes within the share of the project. One half
	// of the share is divided between the inboxes. The other half is for the inboxes that
	// need more. Threads that end spans call this, so it takes no lock.
	boolean hasRoom(SpanInbox inbox, long bytes, long share) {
		long waiting = inbox.bytes();
		long part = part(share);
		if (waiting + bytes <= part) {
			return true;
		}
		long all = waiting;
		long beyond = waiting + bytes - part;
		for (SpanInbox other : this.unpaced) {
			long theirs = (other != inbox) ? other.bytes() : 0;
			all += theirs;
			beyond += Math.max(0, theirs - part);
		}
		// A span that is larger than the share is added if nothing else waits.
		return all == 0 || beyond <= share / 2;
	}

	// Return the size that each inbox may always hold.
	long part(long share) {
		return share / 2 / Math.max(1, this.unpaced.length);
	}

	// Return the status of an experiment. Requests with the key of a caller do not change
	// the health of the project.
	private static ExportStatus known(SpanInbox inbox) {
		ExportStatus status = inbox.status(false);
		return ExportTarget.isOfCaller(inbox.settings()) ? status.counts() : status;
	}

	// Return the status of the logs and of all experiments. The given status stands for
	// logs that have no inbox yet.
	synchronized ExportStatus status(ExportStatus unused) {
		SpanInbox logs = this.logs;
		ExportStatus status = (logs != null) ? logs.status() : unused;
		for (SpanInbox other : this.others) {
			status = status.plus(known(other));
		}
		return status.plus(this.past).plus(ExportStatus.UNUSED.closed(0, this.late.get()));
	}

}
