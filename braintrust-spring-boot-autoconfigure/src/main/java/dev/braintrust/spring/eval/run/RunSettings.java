package dev.braintrust.spring.eval.run;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * The settings for all experiments of an application. If set, they restrict the cases and
 * override the trials of an experiment.
 *
 * @param virtualThreads whether rows run on virtual threads
 * @param send whether experiments are sent, {@code null} to send them unless spans are
 * recorded
 * @param recorded whether this is a test that records spans
 * @param limit the maximum number of cases of an experiment
 * @param sample the number of cases that are sampled
 * @param trials the number of trials of each case
 * @param reportDir the directory for reports, or {@code null}
 * @param summary the file that GitHub shows for a job, or {@code null}
 * @param bless whether to write baselines that are files
 * @param progress whether to show the progress, {@code null} is the same as {@code true}
 * @param patience how long to wait for a server that accepts nothing
 */
public record RunSettings(boolean virtualThreads, @Nullable Boolean send, boolean recorded, @Nullable Integer limit,
		@Nullable Integer sample, @Nullable Integer trials, @Nullable Path reportDir, @Nullable Path summary,
		boolean bless, @Nullable Boolean progress, Duration patience) {

	/**
	 * The default patience of an application: enough for a server to restart.
	 */
	public static final Duration PATIENCE = Duration.ofMinutes(2);

	public RunSettings {
		requirePositive("limit", limit);
		requirePositive("sample", sample);
		requirePositive("trials", trials);
	}

	private static void requirePositive(String property, @Nullable Integer value) {
		Assert.isTrue(value == null || value > 0, () -> "'braintrust.evals." + property + "' must be positive");
	}

	// Whether sending was requested, so that it must not be skipped silently.
	boolean asksToSend() {
		return Boolean.TRUE.equals(this.send);
	}

	boolean sends() {
		return (this.send != null) ? this.send : !this.recorded;
	}

	// Return the same settings without sending.
	public RunSettings unsent() {
		return new RunSettings(this.virtualThreads, false, this.recorded, this.limit, this.sample, this.trials,
				this.reportDir, this.summary, this.bless, this.progress, this.patience);
	}

	// Return the cases to run, in their order. Each run samples the same cases.
	<T> List<T> selected(Iterable<T> cases) {
		Integer limit = this.limit;
		Integer sample = this.sample;
		List<T> selected = new ArrayList<>();
		for (T each : cases) {
			if (sample == null && limit != null && selected.size() >= limit) {
				break;
			}
			selected.add(each);
		}
		if (sample != null && sample < selected.size()) {
			List<Integer> positions = new ArrayList<>(IntStream.range(0, selected.size()).boxed().toList());
			Collections.shuffle(positions, new Random(0));
			selected = positions.subList(0, Math.max(0, sample)).stream().sorted().map(selected::get).toList();
		}
		return (limit != null && limit < selected.size()) ? selected.subList(0, Math.max(0, limit)) : selected;
	}

	int trials(int ofTheExperiment) {
		return (this.trials != null) ? this.trials : ofTheExperiment;
	}

	// Return the settings for guests' runs: always sent, with all cases, without reports.
	RunSettings forGuests() {
		return new RunSettings(this.virtualThreads, true, this.recorded, null, null, null, null, null, false, false,
				this.patience);
	}

	// Whether experiments run with other cases or trials than their code says.
	boolean isPartial() {
		return this.limit != null || this.sample != null || this.trials != null;
	}

}
