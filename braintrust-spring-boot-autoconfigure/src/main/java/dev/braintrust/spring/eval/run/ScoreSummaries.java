package dev.braintrust.spring.eval.run;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

import dev.braintrust.spring.eval.RowResult;
import dev.braintrust.spring.eval.ScoreSummary;
import org.jspecify.annotations.Nullable;

/**
 * Summarizes the scores of rows. The order of the rows does not matter. Thread-safe.
 */
final class ScoreSummaries {

	// The names of the scores that each scorer has returned.
	private final Map<String, Set<String>> given = new ConcurrentHashMap<>();

	// Record the names of the scores that a scorer has returned.
	void given(String scorer, Set<String> names) {
		this.given.computeIfAbsent(scorer, (added) -> ConcurrentHashMap.newKeySet()).addAll(names);
	}

	// Return the summaries in the order of the scorers, followed by scores with other
	// names. A row whose task failed may count as 0 in all of them, so that an error
	// never makes a score look better.
	Map<String, ScoreSummary> of(List<String> scorers, List<? extends RowResult<?, ?, ?>> rows,
			boolean failuresAreZero) {
		Set<String> given = new LinkedHashSet<>();
		Set<String> failed = new LinkedHashSet<>();
		for (RowResult<?, ?, ?> row : rows) {
			// A row whose task failed has a score under the name of each scorer, even if
			// the scorer uses other names.
			if (row.error() == null) {
				given.addAll(row.scores().keySet());
			}
			failed.addAll(row.scorerErrors().keySet());
		}
		Set<String> names = new LinkedHashSet<>(scorers);
		// If all scores of a scorer have other names, there is no score with the name of
		// the scorer.
		names.removeIf((scorer) -> !given.contains(scorer) && !given.isEmpty()
				&& (!failed.contains(scorer) || !this.given.getOrDefault(scorer, Set.of()).isEmpty()));
		names.addAll(given);
		Map<String, ScoreSummary> summaries = new LinkedHashMap<>();
		names.forEach((name) -> summaries.put(name, summary(name, rows, failuresAreZero)));
		return Collections.unmodifiableMap(summaries);
	}

	private ScoreSummary summary(String name, List<? extends RowResult<?, ?, ?>> rows, boolean failuresAreZero) {
		Map<Integer, List<Double>> cases = new TreeMap<>();
		int count = 0;
		int failed = 0;
		int skipped = 0;
		for (RowResult<?, ?, ?> row : rows) {
			Double value = value(name, row, failuresAreZero);
			if (value != null) {
				cases.computeIfAbsent(row.index(), (added) -> new ArrayList<>()).add(value);
				count++;
			}
			else if (!row.scores().containsKey(name) && isFailed(name, row)) {
				failed++;
			}
			else {
				skipped++;
			}
		}
		List<Double> means = cases.values().stream().map(ScoreSummaries::mean).toList();
		double mean = mean(means);
		return new ScoreSummary(name, mean, standardError(means, mean), count, failed, skipped);
	}

	// Whether the task failed, or a scorer that returns this score.
	private boolean isFailed(String name, RowResult<?, ?, ?> row) {
		return row.error() != null || row.scorerErrors()
			.keySet()
			.stream()
			.anyMatch((scorer) -> scorer.equals(name) || this.given.getOrDefault(scorer, Set.of()).contains(name));
	}

	static @Nullable Double value(String name, RowResult<?, ?, ?> row, boolean failuresAreZero) {
		return (failuresAreZero && row.error() != null) ? Double.valueOf(0) : row.score(name);
	}

	private static double mean(List<Double> values) {
		return (values.size() == 1) ? values.get(0)
				: values.stream().sorted().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
	}

	private static double standardError(List<Double> values, double mean) {
		if (values.size() < 2) {
			return 0;
		}
		double squares = values.stream().sorted().mapToDouble((value) -> (value - mean) * (value - mean)).sum();
		return Math.sqrt(squares / (values.size() - 1) / values.size());
	}

}
