package dev.braintrust.spring.ai.http;

import java.util.Arrays;
import java.util.function.LongPredicate;

/**
 * The bytes of an answer and the times of its first reads. Bytes are kept up to a limit,
 * and only while the memory budget of all projects has room. Thread-safe.
 */
final class ByteLog {

	// Enough for most answers. So few bytes need no room in the budget.
	private static final int UNCOUNTED_SIZE = 16 * 1024;

	private static final int MAX_TIMES = 256;

	private int limit;

	private LongPredicate room = (bytes) -> true;

	private byte[] bytes = new byte[0];

	private int size;

	private long counted;

	private long missed;

	// Pairs: the end of a read, and its time.
	private long[] times = new long[8];

	private int timesEnd;

	ByteLog(int limit) {
		this.limit = limit;
	}

	// Set the function that reserves room for more bytes before they are held.
	synchronized void ask(LongPredicate room) {
		this.room = room;
	}

	synchronized void add(byte[] source, int offset, int length) {
		int kept = grow(length);
		System.arraycopy(source, offset, this.bytes, this.size, kept);
		this.size += kept;
		this.missed += length - kept;
		addTime();
	}

	synchronized void add(byte value) {
		if (grow(1) == 0) {
			this.missed++;
			return;
		}
		this.bytes[this.size++] = value;
		addTime();
	}

	// Make room for bytes, and return how many fit.
	private int grow(int wanted) {
		int needed = (int) Math.min(this.limit, (long) this.size + wanted);
		if (needed > this.bytes.length) {
			int length = (int) Math.min(this.limit, Math.max(needed, 2L * this.bytes.length));
			if (length > UNCOUNTED_SIZE && !this.room.test(length - this.counted)) {
				// Keep the bytes that fit and nothing after them, so that there is
				// no gap.
				this.limit = this.bytes.length;
				return this.limit - this.size;
			}
			this.counted = (length > UNCOUNTED_SIZE) ? length : 0;
			this.bytes = Arrays.copyOf(this.bytes, length);
		}
		return needed - this.size;
	}

	private void addTime() {
		if (this.timesEnd == 2 * MAX_TIMES) {
			return;
		}
		if (this.timesEnd == this.times.length) {
			this.times = Arrays.copyOf(this.times, 2 * this.timesEnd);
		}
		this.times[this.timesEnd++] = this.size;
		this.times[this.timesEnd++] = System.nanoTime();
	}

	// Return when the bytes before a position had arrived.
	synchronized long time(int end) {
		int place = 0;
		while (place < this.timesEnd - 2 && this.times[place] < end) {
			place += 2;
		}
		return this.times[place + 1];
	}

	// The bytes received so far.
	synchronized byte[] bytes() {
		return Arrays.copyOf(this.bytes, this.size);
	}

	// The number of received bytes that were not kept.
	synchronized long missed() {
		return this.missed;
	}

	synchronized long heldSize() {
		return this.bytes.length + 8L * this.times.length;
	}

}
