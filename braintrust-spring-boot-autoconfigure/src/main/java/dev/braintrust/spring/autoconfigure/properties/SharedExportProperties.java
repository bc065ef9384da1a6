package dev.braintrust.spring.autoconfigure.properties;

import java.time.Duration;

import dev.braintrust.spring.export.QueueLimits;
import dev.braintrust.spring.settings.InvalidBraintrustPropertyException;

import org.springframework.util.unit.DataSize;

/**
 * The properties under {@code braintrust.export}: those of each project, and those of
 * what all projects share.
 */
public class SharedExportProperties extends ExportProperties {

	private static final String PREFIX = "braintrust.export.";

	private static final DataSize MIN_QUEUE_SIZE = DataSize.ofMegabytes(1);

	private static final DataSize MIN_REQUEST_SIZE = DataSize.ofBytes(QueueLimits.MIN_REQUEST_BYTES);

	/**
	 * Heap that spans of all projects hold at the most while they wait to be sent. Above
	 * it, the oldest ones lose their content.
	 */
	private DataSize maxQueueSize = DataSize.ofMegabytes(64);

	/**
	 * Number of spans of all projects that wait at the most. Above it, the oldest ones
	 * are lost.
	 */
	private int maxQueueSpans = 32_768;

	/**
	 * Size of a request before compression. A larger span goes alone.
	 */
	private DataSize maxRequestSize = DataSize.ofMegabytes(5);

	/**
	 * Size above which a span goes without its content.
	 */
	private DataSize maxSpanSize = DataSize.ofMegabytes(20);

	/**
	 * Time that the application context waits for spans to be sent when it closes.
	 */
	private Duration shutdownTimeout = Duration.ofSeconds(10);

	public DataSize getMaxQueueSize() {
		return this.maxQueueSize;
	}

	public void setMaxQueueSize(DataSize maxQueueSize) {
		this.maxQueueSize = maxQueueSize;
	}

	public int getMaxQueueSpans() {
		return this.maxQueueSpans;
	}

	public void setMaxQueueSpans(int maxQueueSpans) {
		this.maxQueueSpans = maxQueueSpans;
	}

	public DataSize getMaxRequestSize() {
		return this.maxRequestSize;
	}

	public void setMaxRequestSize(DataSize maxRequestSize) {
		this.maxRequestSize = maxRequestSize;
	}

	public DataSize getMaxSpanSize() {
		return this.maxSpanSize;
	}

	public void setMaxSpanSize(DataSize maxSpanSize) {
		this.maxSpanSize = maxSpanSize;
	}

	public Duration getShutdownTimeout() {
		return this.shutdownTimeout;
	}

	public void setShutdownTimeout(Duration shutdownTimeout) {
		this.shutdownTimeout = shutdownTimeout;
	}

	/**
	 * The limits of what waits.
	 * @return the limits
	 * @throws InvalidBraintrustPropertyException if a value cannot be used
	 */
	public QueueLimits toLimits() {
		if (this.maxQueueSpans < 1) {
			throw new InvalidBraintrustPropertyException(PREFIX + "max-queue-spans", "is not a positive number",
					"Set it to a number such as '32768'.");
		}
		return new QueueLimits(bytes("max-queue-size", this.maxQueueSize, MIN_QUEUE_SIZE), this.maxQueueSpans,
				bytes("max-request-size", this.maxRequestSize, MIN_REQUEST_SIZE),
				bytes("max-span-size", this.maxSpanSize, MIN_REQUEST_SIZE));
	}

	private static long bytes(String name, DataSize size, DataSize minimum) {
		if (size.compareTo(minimum) < 0) {
			String text = (minimum.toMegabytes() > 0) ? minimum.toMegabytes() + "MB" : minimum.toKilobytes() + "KB";
			throw new InvalidBraintrustPropertyException(PREFIX + name, "is less than " + text,
					"Set it to a size such as '" + text + "' or more, or remove it to use the default.");
		}
		return size.toBytes();
	}

}
