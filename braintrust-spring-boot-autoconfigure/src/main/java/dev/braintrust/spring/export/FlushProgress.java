package dev.braintrust.spring.export;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * How far the spans of a queue have come, in the order in which they were added, which is
 * what a flush waits for.
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

	// Begin to wait for what has been added so far. Whoever waits no longer completes it.
	CompletableFuture<Boolean> flush() {
		this.wanted = this.added;
		this.flushes.removeIf((flush) -> flush.accepted().isDone());
		Flush flush = new Flush(this.added, this.failed + this.lostBehind, new CompletableFuture<>());
		if (!flush.isSettled(this.settled, this.failed)) {
			this.flushes.add(flush);
		}
		return flush.accepted();
	}

	/**
	 * The spans that a flush waits for.
	 */
	private record Flush(long upTo, long failedBefore, CompletableFuture<Boolean> accepted) {

		boolean isSettled(long settled, long failed) {
			if (settled >= this.upTo) {
				this.accepted.complete(failed == this.failedBefore);
			}
			return this.accepted.isDone();
		}

	}

}
