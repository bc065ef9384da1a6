package dev.braintrust.spring.upload;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.api.MemoryBudget;
import org.jspecify.annotations.Nullable;

/**
 * Counts the bytes in memory that waiting attachments of a project hold, as a part of the
 * budget of all projects. An array counts once, however many spans carry it. This class
 * does not hold the bytes itself: a lease that is garbage-collected, for example with a
 * span that never ends, no longer counts.
 */
final class HeldBytes {

	private final MemoryBudget.Part budget;

	private final long limit;

	private final int maxCount;

	private final Map<Identity, Entry> entries = new HashMap<>();

	private final Set<LeaseReference> leases = new HashSet<>();

	private final ReferenceQueue<Lease> lost = new ReferenceQueue<>();

	private long size;

	HeldBytes(MemoryBudget.Part budget, long limit, int maxCount) {
		this.budget = budget;
		this.limit = limit;
		this.maxCount = maxCount;
	}

	synchronized @Nullable Lease hold(Attachment attachment) {
		drain();
		Object source = attachment.source();
		long size = heldSize(source);
		Identity key = new Identity(source);
		Entry entry = this.entries.get(key);
		if (entry == null) {
			if (this.entries.size() >= this.maxCount || !reserve(size)) {
				return null;
			}
			entry = new Entry(key, size);
			this.entries.put(entry.key, entry);
		}
		entry.count++;
		Lease lease = new Lease(this);
		lease.reference = new LeaseReference(lease, this.lost, entry);
		this.leases.add(lease.reference);
		return lease;
	}

	private boolean reserve(long size) {
		boolean reserved = size == 0 || (this.size + size <= this.limit && this.budget.reserve(size));
		this.size += reserved ? size : 0;
		return reserved;
	}

	// Files count nothing, since they are read when they are needed.
	private static long heldSize(Object source) {
		if (source instanceof byte[] bytes) {
			return bytes.length;
		}
		return (source instanceof String text) ? text.length() : 0;
	}

	private void drain() {
		for (Reference<? extends Lease> reference = this.lost.poll(); reference != null; reference = this.lost.poll()) {
			release((LeaseReference) reference);
		}
	}

	private synchronized void release(@Nullable LeaseReference reference) {
		if (reference != null && this.leases.remove(reference) && --reference.entry.count == 0) {
			this.entries.remove(reference.entry.key);
			this.size -= reference.entry.size;
			this.budget.release(reference.entry.size);
		}
	}

	synchronized long size() {
		drain();
		return this.size;
	}

	/**
	 * Bytes that count until the lease is released.
	 */
	static final class Lease {

		private final HeldBytes held;

		private @Nullable LeaseReference reference;

		Lease(HeldBytes held) {
			this.held = held;
		}

		void release() {
			this.held.release(this.reference);
		}

	}

	private static final class LeaseReference extends PhantomReference<Lease> {

		private final Entry entry;

		LeaseReference(Lease lease, ReferenceQueue<Lease> lost, Entry entry) {
			super(lease, lost);
			this.entry = entry;
		}

	}

	private static final class Entry {

		private final Identity key;

		private final long size;

		private int count;

		Entry(Identity key, long size) {
			this.key = key;
			this.size = size;
		}

	}

	/**
	 * A weak reference that compares objects by identity.
	 */
	private static final class Identity extends WeakReference<Object> {

		private final int hash;

		Identity(Object source) {
			super(source);
			this.hash = System.identityHashCode(source);
		}

		@Override
		public boolean equals(@Nullable Object other) {
			return this == other || (other instanceof Identity identity && get() != null && identity.refersTo(get()));
		}

		@Override
		public int hashCode() {
			return this.hash;
		}

	}

}
