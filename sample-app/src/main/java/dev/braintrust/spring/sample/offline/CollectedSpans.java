package dev.braintrust.spring.sample.offline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The spans that the local collector received.
 */
public final class CollectedSpans {

	private final List<CollectedSpan> spans = new ArrayList<>();

	private final Set<String> attachments = new HashSet<>();

	private final boolean projects;

	private final boolean telemetry;

	/**
	 * Create an empty collection.
	 * @param projects whether Braintrust's spans come here
	 * @param telemetry whether the application's own spans come here
	 */
	public CollectedSpans(boolean projects, boolean telemetry) {
		this.projects = projects;
		this.telemetry = telemetry;
	}

	public boolean hasProjects() {
		return this.projects;
	}

	public boolean hasTelemetry() {
		return this.telemetry;
	}

	public synchronized void add(Collection<CollectedSpan> arrived) {
		this.spans.addAll(arrived);
		notifyAll();
	}

	public synchronized void addAttachment(String key) {
		this.attachments.add(key);
		notifyAll();
	}

	/**
	 * The keys of the attachments that have arrived.
	 */
	public synchronized Set<String> attachments() {
		return Set.copyOf(this.attachments);
	}

	/**
	 * All spans in the order of their arrival.
	 */
	public synchronized List<CollectedSpan> all() {
		return List.copyOf(this.spans);
	}

	/**
	 * Wait until what has arrived is as it should be.
	 * @return whether it became so in time
	 */
	public synchronized boolean await(Predicate<List<CollectedSpan>> condition, Duration timeout)
			throws InterruptedException {
		long deadline = System.nanoTime() + timeout.toNanos();
		while (!condition.test(all())) {
			long left = (deadline - System.nanoTime()) / 1_000_000;
			if (left <= 0) {
				return false;
			}
			wait(left);
		}
		return true;
	}

}
