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
import org.jspecify.annotations.Nullable;

/**
 * Counts the bytes in memory that attachments of a project hold while they wait, each
 * array once however many spans carry it. It holds none of them itself: a lease that is
 * lost with its span, as one of a span that never ends, is counted no longer.
 */
final class HeldBytes {

	private final long limit;

	private final int maxCount;

	private final Map<Object, Entry> entries = new HashMap<>();

	private final Set<LeaseReference> leases = new HashSet<>();

	private final ReferenceQueue<Lease> lost = new ReferenceQueue<>();

	private long size;

	private int files;

	HeldBytes(long limit, int maxCount) {
		this.limit = limit;
		this.maxCount = maxCount;
	}

	synchronized @Nullable Lease hold(Attachment attachment) {
		drain();
		Object source = attachment.source();
		long size = heldSize(source);
		Entry entry = this.entries.get(new Identity(source));
		if (entry == null) {
			if (this.entries.size() >= this.maxCount || (size > 0 && this.size + size > this.limit)) {
				return null;
			}
			entry = new Entry(new WeakIdentity(source), size, !AttachmentReader.isInMemory(attachment));
			this.entries.put(entry.key, entry);
			this.size += size;
			this.files += entry.file ? 1 : 0;
		}
		entry.count++;
		Lease lease = new Lease(this);
		lease.reference = new LeaseReference(lease, this.lost, entry);
		this.leases.add(lease.reference);
		return lease;
	}

	// What is in a file is read when it is needed.
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
			this.files -= reference.entry.file ? 1 : 0;
		}
	}

	synchronized long size() {
		drain();
		return this.size;
	}

	// Whether some of what waits is not in memory.
	synchronized boolean hasFiles() {
		drain();
		return this.files > 0;
	}

	/**
	 * Bytes that are counted until it is released.
	 */
	static final class Lease implements Hold {

		private final HeldBytes held;

		private @Nullable LeaseReference reference;

		Lease(HeldBytes held) {
			this.held = held;
		}

		@Override
		public void release() {
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

		private final WeakIdentity key;

		private final long size;

		private final boolean file;

		private int count;

		Entry(WeakIdentity key, long size, boolean file) {
			this.key = key;
			this.size = size;
			this.file = file;
		}

	}

	/**
	 * The key of an object that is told by its identity.
	 */
	private static final class WeakIdentity extends WeakReference<Object> {

		private final int hash;

		WeakIdentity(Object source) {
			super(source);
			this.hash = System.identityHashCode(source);
		}

		@Override
		public boolean equals(@Nullable Object other) {
			return this == other;
		}

		@Override
		public int hashCode() {
			return this.hash;
		}

	}

	// Finds the key of an object.
	private record Identity(Object source) {

		@Override
		public boolean equals(@Nullable Object other) {
			return other instanceof WeakIdentity key && key.refersTo(this.source);
		}

		@Override
		public int hashCode() {
			return System.identityHashCode(this.source);
		}

	}

}
