package dev.braintrust.spring.eval;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

import dev.braintrust.spring.eval.score.Classifier;
import dev.braintrust.spring.eval.score.Scorer;
import dev.braintrust.spring.eval.score.Scorers;
import dev.braintrust.spring.eval.score.Scoring;

import org.springframework.util.Assert;

/**
 * The definition of an evaluation without its cases: a task, its scorers and its
 * parameters. As a project bean, it can be used by several tests, each with different
 * cases.
 *
 * <pre>
 * &#64;Bean
 * &#64;BraintrustProject("support")
 * Eval&lt;String, String, String&gt; supportAnswers(SupportAgent agent) {
 *     return Eval.named("support answers", String.class, String.class)
 *         .parameters(EvalParameter.of("temperature", 0.2).description("of the answer"))
 *         .taskWithRow((input, row) -&gt; agent.answer(input, row.parameters().get("temperature", Double.class)))
 *         .scorers(Scorers.exactMatch());
 * }
 * </pre>
 *
 * Immutable: each method returns a new definition.
 *
 * @param <I> the type of the inputs
 * @param <O> the type of the outputs
 * @param <E> the type of the expected outputs
 * @see CasesSpec#eval(Eval)
 */
public final class Eval<I, O, E> {

	private final Named<I, E> named;

	private final EvalTask.WithRow<? super I, ? extends O> task;

	private final List<Scorer<? super I, ? super O, ? super E>> scorers;

	private final Map<String, Classifier<? super I, ? super O, ? super E>> classifiers;

	private Eval(Named<I, E> named, EvalTask.WithRow<? super I, ? extends O> task,
			List<Scorer<? super I, ? super O, ? super E>> scorers,
			Map<String, Classifier<? super I, ? super O, ? super E>> classifiers) {
		this.named = named;
		this.task = task;
		this.scorers = List.copyOf(scorers);
		this.classifiers = Collections.unmodifiableMap(classifiers);
	}

	/**
	 * Begin a definition.
	 * @param name its name
	 * @param inputType the type of the inputs; cases from other sources are converted to
	 * it
	 * @param expectedType the type of the expected outputs
	 * @param <I> the type of the inputs
	 * @param <E> the type of the expected outputs
	 * @return a definition that needs its task
	 */
	public static <I, E> Named<I, E> named(String name, Class<I> inputType, Class<E> expectedType) {
		Assert.hasText(name, "'name' must not be empty");
		Assert.notNull(inputType, "'inputType' must not be null");
		Assert.notNull(expectedType, "'expectedType' must not be null");
		return new Named<>(name, inputType, expectedType, List.of());
	}

	/**
	 * Add scorers.
	 * @param scorers the scorers; their names must differ
	 * @return a new definition
	 */
	@SafeVarargs
	@SuppressWarnings("varargs")
	public final Eval<I, O, E> scorers(Scorer<? super I, ? super O, ? super E>... scorers) {
		List<Scorer<? super I, ? super O, ? super E>> all = new ArrayList<>(this.scorers);
		all.addAll(List.of(scorers));
		return new Eval<>(this.named, this.task, all, this.classifiers);
	}

	/**
	 * Add a scorer.
	 * @param name the name of the scorer
	 * @param score returns the score of a row, from 0 to 1; it must be thread-safe
	 * @return a new definition
	 */
	public Eval<I, O, E> scorer(String name, ToDoubleFunction<? super Scoring<I, O, E>> score) {
		return scorers(Scorers.of(name, score));
	}

	/**
	 * Add a classifier.
	 * @param name the name of the classifier
	 * @param classifier the classifier
	 * @return a new definition
	 */
	public Eval<I, O, E> classifier(String name, Classifier<? super I, ? super O, ? super E> classifier) {
		Assert.hasText(name, "'name' must not be empty");
		Map<String, Classifier<? super I, ? super O, ? super E>> all = new LinkedHashMap<>(this.classifiers);
		Assert.isTrue(all.putIfAbsent(name, classifier) == null, () -> "There is already a classifier '" + name + "'");
		return new Eval<>(this.named, this.task, this.scorers, all);
	}

	/**
	 * The name of the evaluation.
	 * @return the name
	 */
	public String name() {
		return this.named.name;
	}

	/**
	 * The parameters with their default values.
	 * @return the parameters, in the order in which they were given
	 */
	public List<EvalParameter> parameters() {
		return this.named.parameters;
	}

	/**
	 * The names of the scorers.
	 * @return the names, in the order in which the scorers were given
	 */
	public List<String> scorerNames() {
		return this.scorers.stream().map(Scorer::name).toList();
	}

	/**
	 * The names of the classifiers.
	 * @return the names, in the order in which the classifiers were given
	 */
	public List<String> classifierNames() {
		return List.copyOf(this.classifiers.keySet());
	}

	/**
	 * The type of the inputs.
	 * @return the type
	 */
	public Class<I> inputType() {
		return this.named.inputType;
	}

	/**
	 * The type of the expected outputs.
	 * @return the type
	 */
	public Class<E> expectedType() {
		return this.named.expectedType;
	}

	EvalTask.WithRow<? super I, ? extends O> task() {
		return this.task;
	}

	List<Scorer<? super I, ? super O, ? super E>> scorers() {
		return this.scorers;
	}

	Map<String, Classifier<? super I, ? super O, ? super E>> classifiers() {
		return this.classifiers;
	}

	@Override
	public String toString() {
		return "Eval[" + name() + ", " + inputType().getSimpleName() + ", " + expectedType().getSimpleName() + "]";
	}

	/**
	 * A definition that has a name and needs its task.
	 *
	 * @param <I> the type of the inputs
	 * @param <E> the type of the expected outputs
	 */
	public static final class Named<I, E> {

		private final String name;

		private final Class<I> inputType;

		private final Class<E> expectedType;

		private final List<EvalParameter> parameters;

		private Named(String name, Class<I> inputType, Class<E> expectedType, List<EvalParameter> parameters) {
			this.name = name;
			this.inputType = inputType;
			this.expectedType = expectedType;
			this.parameters = List.copyOf(parameters);
		}

		/**
		 * Declare parameters that the task and the scorers can read.
		 * @param parameters the parameters with their default values
		 * @return a new definition
		 */
		public Named<I, E> parameters(EvalParameter... parameters) {
			List<EvalParameter> all = new ArrayList<>(this.parameters);
			all.addAll(List.of(parameters));
			return new Named<>(this.name, this.inputType, this.expectedType, all);
		}

		/**
		 * Run a task for each case.
		 * @param task the task, usually a method of one of your beans; it must be
		 * thread-safe
		 * @param <O> the type of the outputs
		 * @return the definition
		 */
		public <O> Eval<I, O, E> task(EvalTask<? super I, ? extends O> task) {
			Assert.notNull(task, "'task' must not be null");
			return taskWithRow((input, row) -> task.run(input));
		}

		/**
		 * Run a task for each case, and pass the row to it, which has the parameters.
		 * @param task the task
		 * @param <O> the type of the outputs
		 * @return the definition
		 */
		public <O> Eval<I, O, E> taskWithRow(EvalTask.WithRow<? super I, ? extends O> task) {
			Assert.notNull(task, "'task' must not be null");
			return new Eval<>(this, task, List.of(), Map.of());
		}

	}

}
