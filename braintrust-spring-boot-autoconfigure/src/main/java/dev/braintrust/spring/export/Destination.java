package dev.braintrust.spring.export;

/**
 * What the projects share that send to one server: how many requests are under way to it.
 * So many projects that are due at one time do not open a connection each. Guarded by the
 * lock of {@link SpanQueues}.
 */
public final class Destination {

	private static final int MAX_REQUESTS = 32;

	private int requests;

	boolean isBusy() {
		return this.requests >= MAX_REQUESTS;
	}

	void requested() {
		this.requests++;
	}

	void answered() {
		this.requests--;
	}

}
