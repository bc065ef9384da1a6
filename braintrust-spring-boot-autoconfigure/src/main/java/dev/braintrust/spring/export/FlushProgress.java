package dev.braintrust.spring.export;

import java.util.ArrayList;
import java.util.List;

/**
 * How far the spans of a queue have come, in the order in which they were added, which is
 * what a flush waits for. Guarded by the lock of {@link SpanQueues}.
 */
final class FlushProgress {

	private final List<Flush> flushes = new ArrayList<>(0);

	private long added;

	private long settled;

	private long failed;

	private long lostBehind;

	private long wanted;

	void added() {
		this.added++;
	}

	// The oldest spans have been sent or lost.
	void settled(long count, long lost) {
		this.settled += count;
		this.failed += lost;
		this.flushes.removeIf((flush) -> flush.isSettled(this.settled, this.failed));
	}

	// A span was lost that may be behind others that are under way. It counts as soon as
	// they do.
	void lostBehind() {
		this.lostBehind++;
	}

	void nothingUnderWay() {
		if (this.lostBehind > 0) {
			long lost = this.lostBehind;
			this.lostBehind = 0;
			settled(lost, lost);
		}
	}

	// Whether spans wait that a flush waits for.
	boolean isWanted() {
		return this.settled < this.wanted;
	}

	// Begin to wait for what has been added so far.
	Flush flush() {
		this.wanted = this.added;
		Flush flush = new Flush(this, this.added, this.failed + this.lostBehind);
		if (!flush.isSettled(this.settled, this.failed)) {
			this.flushes.add(flush);
		}
		return flush;
	}

	/**
	 * The spans that a flush waits for.
	 */
	static final class Flush {

		private final FlushProgress progress;

		private final long upTo;

		private final long failedBefore;

		private boolean done;

		private boolean accepted;

		Flush(FlushProgress progress, long upTo, long failedBefore) {
			this.progress = progress;
			this.upTo = upTo;
			this.failedBefore = failedBefore;
		}

		private boolean isSettled(long settled, long failed) {
			this.done = settled >= this.upTo;
			this.accepted = this.done && failed == this.failedBefore;
			return this.done;
		}

		// Wait no longer.
		void giveUp() {
			this.progress.flushes.remove(this);
		}

		boolean isDone() {
			return this.done;
		}

		boolean isAccepted() {
			return this.accepted;
		}

	}

}
