package dev.braintrust.spring.ai.http;

import java.util.Arrays;
import java.util.function.LongPredicate;

/**
 * The bytes of an answer as they come, up to a limit, or as long as there is room in what
 * all projects may hold, and when the first of them came. What adds to it and what reads
 * it may be different threads.
 */
final class ByteLog {

	// What most answers take. It is not asked whether there is room for so little.
	private static final int UNCOUNTED_SIZE = 16 * 1024;

	private static final int MAX_TIMES = 256;

	private int limit;

	private LongPredicate room = (bytes) -> true;

	private byte[] bytes = new byte[0];

	private int size;

	private long counted;

	private long missed;

	// Where each read ended, and when: pairs.
	private long[] times = new long[8];

	private int timesEnd;

	ByteLog(int limit) {
		this.limit = limit;
	}

	// Ask whether there is room for so many bytes more, before they are held.
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

	// Make room for bytes, and return for how many there is.
	private int grow(int wanted) {
		int needed = (int) Math.min(this.limit, (long) this.size + wanted);
		if (needed > this.bytes.length) {
			int length = (int) Math.min(this.limit, Math.max(needed, 2L * this.bytes.length));
			if (length > UNCOUNTED_SIZE && !this.room.test(length - this.counted)) {
				// What fits is kept, and nothing after that: there is to be no hole.
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

	// When what stands before a place had come.
	synchronized long time(int end) {
		int place = 0;
		while (place < this.timesEnd - 2 && this.times[place] < end) {
			place += 2;
		}
		return this.times[place + 1];
	}

	// The bytes so far.
	synchronized byte[] bytes() {
		return Arrays.copyOf(this.bytes, this.size);
	}

	// How many bytes came that are not kept.
	synchronized long missed() {
		return this.missed;
	}

	synchronized long heldSize() {
		return this.bytes.length + 8L * this.times.length;
	}

}
