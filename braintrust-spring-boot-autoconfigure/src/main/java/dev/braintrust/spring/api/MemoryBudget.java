package dev.braintrust.spring.api;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The number of bytes on the heap that all projects together may hold until they are
 * sent. Bytes that can be refused, such as an attachment, are reserved. Bytes that cannot
 * be refused, such as an ended span, are added, and their owner makes room afterwards.
 * Each project has a {@link Part}, and the total is the sum of the parts. Counting takes
 * no lock.
 */
public final class MemoryBudget {

	private final Map<String, Part> parts = new ConcurrentHashMap<>();

	private final AtomicLong reserved = new AtomicLong();

	private final long max;

	public MemoryBudget(long max) {
		this.max = max;
	}

	// Return the part of a project.
	public Part of(String key) {
		return this.parts.computeIfAbsent(key, (added) -> new Part());
	}

	public long max() {
		return this.max;
	}

	// Return the bytes that all projects hold.
	public long held() {
		long held = 0;
		for (Part part : this.parts.values()) {
			held += part.held();
		}
		return held;
	}

	// Return the added bytes of all projects. Unlike reserved bytes, they can make room.
	public long added() {
		return held() - this.reserved.get();
	}

	/**
	 * The bytes that one project holds.
	 */
	public final class Part {

		private final AtomicLong bytes = new AtomicLong();

		// Reserve bytes if there is room. A project may hold as many bytes as are left
		// free for the others. A project that holds little gets its part even if the
		// others leave nothing free, because they make room then.
		public boolean reserve(long bytes) {
			long held = held() + bytes;
			if (held > MemoryBudget.this.max - MemoryBudget.this.held() && (held > part() || !canMakeRoom(bytes))) {
				return false;
			}
			MemoryBudget.this.reserved.addAndGet(bytes);
			add(bytes);
			return true;
		}

		// Reserved bytes cannot make room. Keep a quarter of the budget for bytes that
		// are added.
		private boolean canMakeRoom(long bytes) {
			return MemoryBudget.this.reserved.get() + bytes <= MemoryBudget.this.max / 4 * 3;
		}

		// Return the part of a project. All parts together are half of the budget.
		private long part() {
			long holding = MemoryBudget.this.parts.values()
				.stream()
				.filter((part) -> part == this || part.held() > 0)
				.count();
			return MemoryBudget.this.max / 2 / holding;
		}

		// Count bytes that are held already.
		public void add(long bytes) {
			this.bytes.addAndGet(bytes);
		}

		public void release(long bytes) {
			MemoryBudget.this.reserved.addAndGet(-bytes);
			this.bytes.addAndGet(-bytes);
		}

		public long held() {
			return this.bytes.get();
		}

	}

}
