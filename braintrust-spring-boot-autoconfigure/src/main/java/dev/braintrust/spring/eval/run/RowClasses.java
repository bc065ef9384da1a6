package dev.braintrust.spring.eval.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

import dev.braintrust.spring.eval.run.TimedCall.Outcome;
import dev.braintrust.spring.eval.score.Classification;
import dev.braintrust.spring.eval.score.Classifier;

/**
 * Classifies a row after its task has ended, one classifier after the other: on another
 * thread beside the scorers, or after them if all rows run on the thread of the caller.
 */
final class RowClasses<I, O, E> {

	private final Map<String, List<Classification>> classifications = new LinkedHashMap<>();

	private final Map<String, Throwable> errors = new LinkedHashMap<>();

	private final CompletableFuture<Void> ended = new CompletableFuture<>();

	private final List<Map.Entry<String, Classifier<? super I, ? super O, ? super E>>> classifiers;

	private final RowRun<I, O, E> run;

	private final ScoredRow<I, O, E> scored;

	private boolean begun;

	RowClasses(RowRun<I, O, E> run, Map<String, Classifier<? super I, ? super O, ? super E>> classifiers,
			ScoredRow<I, O, E> scored) {
		this.classifiers = List.copyOf(classifiers.entrySet());
		this.run = run;
		this.scored = scored;
	}

	// Begin on another thread, if the run has its own threads.
	void begin() {
		if (!this.classifiers.isEmpty() && this.run.hasThreads()) {
			this.begun = true;
			beside(() -> classify(0, this::beside, () -> this.ended.complete(null)));
		}
	}

	// Continue the row when all classifiers have ended. The lane of the row waits, so
	// that it begins no other row meanwhile.
	void end(Runnable then) {
		if (!this.begun) {
			classify(0, this.run::proceed, then);
			return;
		}
		try {
			this.ended.join();
		}
		catch (CompletionException ex) {
			throw new IllegalStateException(ex.getCause());
		}
		then.run();
	}

	// The lane waits, so it must hear of every end.
	private void beside(Runnable part) {
		this.run.beside(() -> {
			try {
				part.run();
			}
			catch (TimedCall.AbandonedException ex) {
				// The classifiers continue on another thread.
			}
			catch (Throwable ex) {
				this.ended.completeExceptionally(ex);
			}
		});
	}

	private void classify(int number, Consumer<Runnable> elsewhere, Runnable then) {
		if (number == this.classifiers.size()) {
			then.run();
			return;
		}
		String name = this.classifiers.get(number).getKey();
		Classifier<? super I, ? super O, ? super E> classifier = this.classifiers.get(number).getValue();
		ScorerSpan span = ScorerSpan.classifier(this.run, name);
		this.run.call("The classifier '" + name + "'",
				() -> span.within(this.scored, () -> classifier.classify(this.scored.of(span.span()))), (outcome) -> {
					classified(name, outcome, span);
					classify(number + 1, elsewhere, then);
				}, elsewhere);
	}

	private void classified(String classifier, Outcome<List<Classification>> outcome, ScorerSpan span) {
		try {
			if (outcome.error() != null) {
				throw outcome.error();
			}
			Map<String, List<Classification>> grouped = new LinkedHashMap<>();
			for (Classification each : (outcome.value() != null) ? outcome.value() : List.<Classification>of()) {
				String name = (each.name() != null && !each.name().isEmpty()) ? each.name() : classifier;
				grouped.computeIfAbsent(name, (added) -> new ArrayList<>()).add(each);
			}
			grouped.forEach((name, classes) -> this.classifications.computeIfAbsent(name, (added) -> new ArrayList<>())
				.addAll(classes));
			span.classified(grouped);
		}
		catch (Throwable ex) {
			// The classifier may throw anything. The result of the row has it.
			this.errors.put(classifier, ex);
			span.failed(ex);
		}
	}

	Map<String, List<Classification>> classifications() {
		return this.classifications;
	}

	Map<String, Throwable> errors() {
		return this.errors;
	}

}
