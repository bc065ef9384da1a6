package dev.braintrust.spring.export;

/**
 * What the spans of all projects hold together. Guarded by the lock of
 * {@link SpanQueues}.
 */
final class SpanBudget {

	private final QueueLimits limits;

	private long bytes;

	private long spans;

	private int active;

	SpanBudget(QueueLimits limits) {
		this.limits = limits;
	}

	void change(long bytes, long spans, int active) {
		this.bytes += bytes;
		this.spans += spans;
		this.active += active;
	}

	boolean hasTooManyBytes() {
		return this.bytes > this.limits.maxBytes();
	}

	boolean hasTooManySpans() {
		return this.spans > this.limits.maxSpans();
	}

	/**
	 * Whether a project holds its share of all bytes, or more.
	 * @param bytes what it holds
	 * @return whether it is for this project to give way
	 */
	boolean isShareOfBytes(long bytes) {
		return bytes >= this.limits.maxBytes() / Math.max(1, this.active);
	}

	boolean isShareOfSpans(long spans) {
		return spans >= this.limits.maxSpans() / Math.max(1, this.active);
	}

	long requestShare() {
		return this.limits.requestShare(this.active);
	}

	@Override
	public String toString() {
		return this.bytes + " bytes, " + this.spans + " spans, " + this.active + " active";
	}

}
