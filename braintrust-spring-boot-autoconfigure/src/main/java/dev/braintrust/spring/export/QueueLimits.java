package dev.braintrust.spring.export;

import org.springframework.util.Assert;

/**
 * How much waits to be sent, of all projects together, and how much goes in one request.
 *
 * @param maxBytes about how much of the heap the spans hold that wait or are under way
 * @param maxSpans how many spans wait or are under way
 * @param maxRequestBytes the size of a request in bytes before compression; a span that
 * is larger goes alone
 * @param maxSpanBytes the size in bytes above which a span goes without its content
 */
public record QueueLimits(long maxBytes, int maxSpans, long maxRequestBytes, long maxSpanBytes) {

	public static final QueueLimits DEFAULT = new QueueLimits(64L << 20, 32_768, 5L << 20, 20L << 20);

	// How many spans one request has at the most.
	static final int MAX_REQUEST_SPANS = 512;

	// The smallest size of a request in bytes that may be asked for.
	public static final long MIN_REQUEST_BYTES = 64 << 10;

	public QueueLimits {
		Assert.isTrue(maxBytes > 0 && maxSpans > 0 && maxRequestBytes > 0 && maxSpanBytes > 0,
				"limits must be positive");
	}

	// About how much of the heap the spans of one request may hold. All requests that are
	// under way share half of the budget, so that a project whose endpoint hangs leaves
	// room for the others.
	long requestShare(int active, long underWay) {
		long share = Math.min(this.maxBytes / 2 / Math.max(1, active), this.maxBytes / 2 - underWay);
		// Held texts count two bytes a character, sent ones mostly one; escapes add to
		// it.
		return Math.max(Math.min(this.maxRequestBytes / 2 * 3, share), smallRequest());
	}

	// About how much of the heap the spans of a request may hold for which there is
	// nearly always room.
	long smallRequest() {
		return Math.min(MIN_REQUEST_BYTES, this.maxRequestBytes);
	}

}
