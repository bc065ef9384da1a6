package dev.braintrust.spring.ai.http;

import java.util.Arrays;

/**
 * The bytes of an answer as they come, up to a limit, and when the first of them came.
 * What adds to it and what reads it may be different threads.
 */
final class ByteLog {

	private static final int FIRST_SIZE = 512;

	private static final int MAX_TIMES = 256;

	private final int limit;

	private byte[] bytes = new byte[0];

	private int size;

	private long missed;

	// Where each read ended, and when: pairs.
	private long[] times = new long[8];

	private int timesEnd;

	ByteLog(int limit) {
		this.limit = limit;
	}

	synchronized void add(byte[] source, int offset, int length) {
		int kept = Math.min(length, this.limit - this.size);
		if (this.size + kept > this.bytes.length) {
			int doubled = (int) Math.min(this.limit, 2L * this.bytes.length);
			this.bytes = Arrays.copyOf(this.bytes, Math.max(this.size + kept, doubled));
		}
		System.arraycopy(source, offset, this.bytes, this.size, kept);
		this.size += kept;
		this.missed += length - kept;
		addTime();
	}

	synchronized void add(byte value) {
		if (this.size == this.limit) {
			this.missed++;
			return;
		}
		if (this.size == this.bytes.length) {
			this.bytes = Arrays.copyOf(this.bytes, Math.min(this.limit, Math.max(FIRST_SIZE, 2 * this.size)));
		}
		this.bytes[this.size++] = value;
		addTime();
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
