package dev.braintrust.spring.api;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes of the heap may be held until they are sent, by all projects together.
 * What can be refused, such as the bytes of an attachment, is reserved; what cannot, such
 * as a span that ended, is added, and its owner makes room afterwards. Each project has a
 * {@link Part}, and the total is the sum of the parts. Nothing here locks.
 */
public final class MemoryBudget {

	private final Map<String, Part> parts = new ConcurrentHashMap<>();

	private final long max;

	public MemoryBudget(long max) {
		this.max = max;
	}

	// The part of the project of a key.
	public Part of(String key) {
		return this.parts.computeIfAbsent(key, (added) -> new Part());
	}

	public long max() {
		return this.max;
	}

	// The bytes that all projects hold.
	public long held() {
		long held = 0;
		for (Part part : this.parts.values()) {
			held += part.held();
		}
		return held;
	}

	/**
	 * What one project holds.
	 */
	public final class Part {

		private final AtomicLong bytes = new AtomicLong();

		// Reserve bytes if there is room: a project may hold as much as it leaves free
		// for the others.
		public boolean reserve(long bytes) {
			if (held() + bytes > MemoryBudget.this.max - MemoryBudget.this.held()) {
				return false;
			}
			add(bytes);
			return true;
		}

		// Count bytes that are held already.
		public void add(long bytes) {
			this.bytes.addAndGet(bytes);
		}

		public void release(long bytes) {
			this.bytes.addAndGet(-bytes);
		}

		public long held() {
			return this.bytes.get();
		}

	}

}
