package dev.braintrust.spring.upload;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How many uploads have been added and have ended, for those who wait for them.
 */
final class UploadProgress {

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition settled = this.lock.newCondition();

	private long added;

	private long ended;

	void added() {
		this.lock.lock();
		try {
			this.added++;
		}
		finally {
			this.lock.unlock();
		}
	}

	void ended(int count) {
		this.lock.lock();
		try {
			this.ended += count;
			this.settled.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	// Wait for the uploads that have been added so far.
	boolean await(Duration timeout) {
		long remaining = TimeUnit.NANOSECONDS.convert(timeout);
		this.lock.lock();
		try {
			long upTo = this.added;
			while (this.ended < upTo) {
				if (remaining <= 0) {
					return false;
				}
				remaining = this.settled.awaitNanos(remaining);
			}
			return true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
		finally {
			this.lock.unlock();
		}
	}

}
