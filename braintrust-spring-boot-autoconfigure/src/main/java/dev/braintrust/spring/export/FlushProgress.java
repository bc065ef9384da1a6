package dev.braintrust.spring.export;

/**
 * How far the spans of a queue have come, in the order in which they were added, which is
 * what a flush waits for. Guarded by the lock of {@link SpanQueues}.
 */
final class FlushProgress {

	private long added;

	private long settled;

	private long failed;

	private long lostBehind;

	private long wanted;

	void added() {
		this.added++;
	}

	/**
	 * The oldest spans have been sent or lost.
	 * @param count how many
	 * @param lost how many of them were lost
	 */
	void settled(long count, long lost) {
		this.settled += count;
		this.failed += lost;
	}

	/**
	 * A span was lost that may be behind others that are under way. It counts as soon as
	 * they do.
	 */
	void lostBehind() {
		this.lostBehind++;
	}

	void nothingUnderWay() {
		settled(this.lostBehind, this.lostBehind);
		this.lostBehind = 0;
	}

	/**
	 * Whether spans wait that a flush waits for.
	 * @return whether they are wanted
	 */
	boolean isWanted() {
		return this.settled < this.wanted;
	}

	/**
	 * Begin to wait for what has been added so far.
	 * @return what is waited for
	 */
	Flush flush() {
		this.wanted = this.added;
		return new Flush(this, this.added, this.failed + this.lostBehind);
	}

	/**
	 * The spans that a flush waits for.
	 *
	 * @param progress how far they have come
	 * @param upTo the number of spans that must be settled
	 * @param failedBefore the number of those that had failed before
	 */
	record Flush(FlushProgress progress, long upTo, long failedBefore) {

		boolean isDone() {
			return this.progress.settled >= this.upTo;
		}

		boolean isAccepted() {
			return this.progress.failed == this.failedBefore;
		}

	}

}
