package dev.braintrust.spring.autoconfigure.properties;

import java.time.Duration;

import org.springframework.util.unit.DataSize;

/**
 * The properties under {@code braintrust.export}: those of each project, and those of
 * what all projects share.
 */
public class SharedExportProperties extends ExportProperties {

	/**
	 * Maximum heap for waiting spans of all projects. Above it, the oldest spans lose
	 * their content.
	 */
	private DataSize maxQueueSize = DataSize.ofMegabytes(64);

	/**
	 * Maximum number of waiting spans of all projects. Above it, the oldest spans are
	 * dropped.
	 */
	private int maxQueueSpans = 32_768;

	/**
	 * Maximum size of a request before compression. A larger span is sent alone.
	 */
	private DataSize maxRequestSize = DataSize.ofMegabytes(5);

	/**
	 * Maximum size of a span. A larger span is sent without its content.
	 */
	private DataSize maxSpanSize = DataSize.ofMegabytes(20);

	/**
	 * Time that the closing application context waits for spans to be sent.
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

}
