package dev.braintrust.spring.export;

import dev.braintrust.spring.properties.InvalidBraintrustPropertyException;
import dev.braintrust.spring.properties.SharedExportProperties;

import org.springframework.util.Assert;
import org.springframework.util.unit.DataSize;

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

	/**
	 * 64 MB, 32,768 spans, requests of 5 MB, spans of 20 MB.
	 */
	public static final QueueLimits DEFAULT = new QueueLimits(64L << 20, 32_768, 5L << 20, 20L << 20);

	/**
	 * How many spans one request has at the most.
	 */
	static final int MAX_REQUEST_SPANS = 512;

	private static final String PREFIX = "braintrust.export.";

	private static final DataSize MIN_QUEUE_SIZE = DataSize.ofMegabytes(1);

	private static final DataSize MIN_REQUEST_SIZE = DataSize.ofKilobytes(64);

	private static final long MIN_REQUEST_BYTES = MIN_REQUEST_SIZE.toBytes();

	public QueueLimits {
		Assert.isTrue(maxBytes > 0 && maxSpans > 0 && maxRequestBytes > 0 && maxSpanBytes > 0,
				"limits must be positive");
	}

	/**
	 * Read limits from properties.
	 * @param properties the properties
	 * @return the limits
	 * @throws InvalidBraintrustPropertyException if a value cannot be used
	 */
	public static QueueLimits of(SharedExportProperties properties) {
		if (properties.getMaxQueueSpans() < 1) {
			throw new InvalidBraintrustPropertyException(PREFIX + "max-queue-spans", "is not a positive number",
					"Set it to a number such as '32768'.");
		}
		return new QueueLimits(bytes("max-queue-size", properties.getMaxQueueSize(), MIN_QUEUE_SIZE),
				properties.getMaxQueueSpans(),
				bytes("max-request-size", properties.getMaxRequestSize(), MIN_REQUEST_SIZE),
				bytes("max-span-size", properties.getMaxSpanSize(), MIN_REQUEST_SIZE));
	}

	private static long bytes(String name, DataSize size, DataSize minimum) {
		if (size.compareTo(minimum) < 0) {
			String text = (minimum.toMegabytes() > 0) ? minimum.toMegabytes() + "MB" : minimum.toKilobytes() + "KB";
			throw new InvalidBraintrustPropertyException(PREFIX + name, "is less than " + text,
					"Set it to a size such as '" + text + "' or more, or remove it to use the default.");
		}
		return size.toBytes();
	}

	/**
	 * About how much of the heap the spans of one request may hold. All requests that are
	 * under way share half of the budget, so that a project whose endpoint hangs leaves
	 * room for the others.
	 * @param active how many projects have something to send
	 * @param underWay what requests under way hold already
	 * @return the size in bytes
	 */
	long requestShare(int active, long underWay) {
		long share = Math.min(this.maxBytes / 2 / Math.max(1, active), this.maxBytes / 2 - underWay);
		// Held texts count two bytes a character, sent ones mostly one; escapes add to
		// it.
		return Math.max(Math.min(this.maxRequestBytes / 2 * 3, share), smallRequest());
	}

	/**
	 * About how much of the heap the spans of a request may hold for which there is
	 * nearly always room.
	 * @return the size in bytes
	 */
	long smallRequest() {
		return Math.min(MIN_REQUEST_BYTES, this.maxRequestBytes);
	}

}
