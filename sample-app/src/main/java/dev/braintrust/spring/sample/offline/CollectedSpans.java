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
	 * @param projects whether Braintrust's spans are collected
	 * @param telemetry whether the application's own spans are collected
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
	 * Wait until the collected spans meet a condition.
	 * @return whether they met it in time
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
