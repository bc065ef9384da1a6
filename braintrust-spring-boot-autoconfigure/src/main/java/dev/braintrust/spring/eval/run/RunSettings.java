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
 * What all experiments of an application have in common. What is not set is for the
 * experiment to say.
 *
 * @param virtualThreads whether rows run on virtual threads
 * @param send whether experiments are sent, {@code null} if nobody says so
 * @param recorded whether this is a test that records spans
 * @param limit how many cases an experiment has at the most
 * @param sample how many of its cases are drawn
 * @param trials how often each case runs
 * @param reportDir where reports go, {@code null} if there are to be none
 * @param summary the file that GitHub shows for a job, {@code null} if there is none
 * @param bless whether baselines that are files are written
 * @param progress whether the progress is shown, {@code null} if it depends
 * @param patience how long a server that takes nothing is waited for
 */
public record RunSettings(boolean virtualThreads, @Nullable Boolean send, boolean recorded, @Nullable Integer limit,
		@Nullable Integer sample, @Nullable Integer trials, @Nullable Path reportDir, @Nullable Path summary,
		boolean bless, @Nullable Boolean progress, Duration patience) {

	/**
	 * The patience of an application: a server that is restarted is back by then.
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

	// Whether sending was asked for, so that it must not be left out in silence.
	boolean asksToSend() {
		return Boolean.TRUE.equals(this.send);
	}

	boolean sends() {
		return (this.send != null) ? this.send : !this.recorded;
	}

	// The same settings where nothing is sent.
	public RunSettings unsent() {
		return new RunSettings(this.virtualThreads, false, this.recorded, this.limit, this.sample, this.trials,
				this.reportDir, this.summary, this.bless, this.progress, this.patience);
	}

	// The cases to run, in their order. The same ones are drawn in each run.
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

	// The settings of runs for somebody else: always sent, whole, and reported nowhere.
	RunSettings forGuests() {
		return new RunSettings(this.virtualThreads, true, this.recorded, null, null, null, null, null, false, false,
				this.patience);
	}

	// Whether experiments run with other cases or trials than their code says.
	boolean isPartial() {
		return this.limit != null || this.sample != null || this.trials != null;
	}

}
