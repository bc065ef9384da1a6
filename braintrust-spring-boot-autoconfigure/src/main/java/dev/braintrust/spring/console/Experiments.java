package dev.braintrust.spring.console;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import dev.braintrust.spring.eval.report.ExperimentWatch;
import org.jspecify.annotations.Nullable;

/**
 * The stored experiments, the latest first. They may use a quarter of the console's
 * memory. Above that, the oldest experiments are dropped, then further rows of the latest
 * one.
 */
final class Experiments implements ExperimentWatch {

	private static final int SHARE = 4;

	private final Deque<ShownExperiment> latest = new ArrayDeque<>();

	private final TraceStore store;

	private int count;

	private long bytes;

	private volatile long version;

	Experiments(TraceStore store) {
		this.store = store;
	}

	@Override
	public synchronized Run started(String project, String name, int rows) {
		ShownExperiment experiment = new ShownExperiment(this, ++this.count, project, name, rows);
		this.latest.addFirst(experiment);
		hold(experiment, ShownExperiment.BYTES);
		return experiment;
	}

	// Reserve room for a part of an experiment and give it a new version. Drops the
	// oldest experiments for it. Returns false if there is still no room.
	synchronized boolean hold(ShownExperiment experiment, long bytes) {
		while (this.latest.contains(experiment) && this.bytes + bytes > this.store.maxBytes() / SHARE
				&& this.latest.getLast() != experiment) {
			long dropped = this.latest.removeLast().bytes;
			this.bytes -= dropped;
			this.store.hold(-dropped);
		}
		boolean kept = this.latest.contains(experiment) && this.bytes + bytes <= this.store.maxBytes() / SHARE;
		long held = kept ? bytes : 0;
		experiment.bytes += held;
		this.bytes += held;
		this.version = this.store.hold(held);
		experiment.version = this.version;
		return kept;
	}

	synchronized List<ShownExperiment> latestFirst() {
		return List.copyOf(this.latest);
	}

	@Nullable ShownExperiment get(int id) {
		return latestFirst().stream().filter((each) -> each.id() == id).findFirst().orElse(null);
	}

	// The possible baselines of an experiment: the other ended experiments of
	// its project.
	List<ShownExperiment> baselines(ShownExperiment experiment) {
		return latestFirst().stream()
			.filter((each) -> each != experiment && each.project().equals(experiment.project()) && each.hasEnded())
			.toList();
	}

	// The store's version at the last change of an experiment.
	long version() {
		return this.version;
	}

}
