package dev.braintrust.spring.eval.compare;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import dev.braintrust.spring.eval.compare.Comparison.ScoreChange;
import org.jspecify.annotations.Nullable;

/**
 * The scores of an experiment by input. The key is the canonical JSON of the input.
 *
 * @see Baseline#file(String)
 */
public final class ScoredInputs {

	private static final double EQUAL = 1e-9;

	private final Map<String, Map<String, List<Double>>> inputs = new TreeMap<>();

	// Add a row, whose input is any JSON.
	public void add(String input, Map<String, Double> scores) {
		addCanonical(CanonicalJson.of(input), scores);
	}

	// Return the key of an input: short JSON that is the same for equal inputs.
	public static String key(String input) {
		return CanonicalJson.of(input);
	}

	// Return the key of an input that must not be readable.
	public static String hidden(String input) {
		return CanonicalJson.hidden(input);
	}

	public void addCanonical(String input, Map<String, Double> scores) {
		Map<String, List<Double>> all = this.inputs.computeIfAbsent(input, (added) -> new LinkedHashMap<>());
		scores.forEach((name, value) -> all.computeIfAbsent(name, (added) -> new ArrayList<>()).add(value));
	}

	// Return the keys of the inputs, in a stable order.
	public Set<String> inputs() {
		return Collections.unmodifiableSet(this.inputs.keySet());
	}

	// Return the mean of each score of an input, which is any JSON.
	public Map<String, Double> scores(String input) {
		return canonical(CanonicalJson.of(input));
	}

	public Map<String, Double> canonical(String input) {
		Map<String, Double> means = new TreeMap<>();
		this.inputs.getOrDefault(input, Map.of()).forEach((name, values) -> means.put(name, mean(values)));
		return means;
	}

	// Return the change of a score since the baseline, 0 for a rounding difference.
	public static double difference(double score, double before) {
		return (Math.abs(score - before) > EQUAL) ? score - before : 0;
	}

	private @Nullable Double score(String input, String name) {
		List<Double> values = this.inputs.getOrDefault(input, Map.of()).get(name);
		return (values != null) ? mean(values) : null;
	}

	// Sorted, so that the order of rows does not affect rounding.
	private static double mean(List<Double> values) {
		return values.stream().sorted().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
	}

	// Compare these scores with the scores of a baseline.
	public Comparison compare(String name, ScoredInputs baseline, Collection<String> scores) {
		Map<String, ScoreChange> changes = new LinkedHashMap<>();
		scores.forEach((score) -> changes.put(score, change(score, baseline)));
		return new Comparison(name, changes);
	}

	private ScoreChange change(String score, ScoredInputs baseline) {
		List<Double> before = new ArrayList<>();
		List<Double> after = new ArrayList<>();
		int better = 0;
		int worse = 0;
		int unmatched = 0;
		Set<String> inputs = new TreeSet<>(this.inputs.keySet());
		inputs.addAll(baseline.inputs.keySet());
		for (String input : inputs) {
			@Nullable Double here = score(input, score);
			@Nullable Double there = baseline.score(input, score);
			if (here != null && there != null) {
				after.add(here);
				before.add(there);
				double difference = difference(here, there);
				better += (difference > 0) ? 1 : 0;
				worse += (difference < 0) ? 1 : 0;
			}
			else if (here != null || there != null) {
				unmatched++;
			}
		}
		double mean = mean(before);
		return new ScoreChange(score, mean, before.isEmpty() ? 0 : mean(after) - mean, better, worse, before.size(),
				unmatched);
	}

}
