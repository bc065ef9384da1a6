package dev.braintrust.spring.export;

import org.springframework.util.Assert;

/**
 * The limits for the queued spans of all projects together, and for one request.
 *
 * @param maxBytes the approximate size on the heap of spans that are queued or in flight
 * @param maxSpans the number of spans that are queued or in flight
 * @param maxRequestBytes the size of a request in bytes before compression; a larger span
 * is sent alone
 * @param maxSpanBytes the size in bytes above which a span is sent without its content
 */
public record QueueLimits(long maxBytes, int maxSpans, long maxRequestBytes, long maxSpanBytes) {

	public static final QueueLimits DEFAULT = new QueueLimits(64L << 20, 32_768, 5L << 20, 20L << 20);

	// The maximum number of spans in one request.
	static final int MAX_REQUEST_SPANS = 512;

	// The smallest request size in bytes that may be configured.
	public static final long MIN_REQUEST_BYTES = 64 << 10;

	public QueueLimits {
		Assert.isTrue(maxBytes > 0 && maxSpans > 0 && maxRequestBytes > 0 && maxSpanBytes > 0,
				"limits must be positive");
	}

	// Return the approximate size on the heap that the spans of one request may have. All
	// requests in flight share half of the budget, so that a project whose endpoint hangs
	// leaves room for the others.
	long requestShare(int active, long underWay) {
		long share = Math.min(this.maxBytes / 2 / Math.max(1, active), this.maxBytes / 2 - underWay);
		// Text on the heap counts two bytes per character, sent text mostly one,
		// plus escapes.
		return Math.max(Math.min(this.maxRequestBytes / 2 * 3, share), smallRequest());
	}

	// Return the approximate size on the heap of a request for which there is nearly
	// always room.
	long smallRequest() {
		return Math.min(MIN_REQUEST_BYTES, this.maxRequestBytes);
	}

}
