package dev.braintrust.spring.export;

/**
 * What one queue takes of the budget of all. Guarded by the lock of {@link SpanQueues}.
 */
final class QueueAccount {

	private final SpanBudget budget;

	private long bytes;

	private int spans;

	private long underWay;

	private boolean losing;

	QueueAccount(SpanBudget budget) {
		this.budget = budget;
	}

	// About how much of the heap the spans of the queue hold.
	long bytes() {
		return this.bytes;
	}

	// How many spans the queue holds.
	int spans() {
		return this.spans;
	}

	// What the queue holds has changed.
	void update(long bytes, int spans, long underWay) {
		boolean active = spans > 0;
		int change = (active == isActive()) ? 0 : (active ? 1 : -1);
		this.budget.change(bytes - this.bytes, spans - this.spans, underWay - this.underWay, change);
		this.bytes = bytes;
		this.spans = spans;
		this.underWay = underWay;
		this.losing = this.losing && active;
	}

	private boolean isActive() {
		return this.spans > 0;
	}

	// Whether a loss is the first one since nothing waited.
	boolean isFirstLoss() {
		boolean first = !this.losing;
		this.losing = isActive();
		return first;
	}

}
