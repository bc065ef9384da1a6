package dev.braintrust.spring.eval;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import dev.braintrust.spring.eval.data.Dataset;
import dev.braintrust.spring.eval.data.EvalCase;
import dev.braintrust.spring.eval.score.Classification;
import dev.braintrust.spring.eval.score.EvalParameters;
import dev.braintrust.spring.eval.score.Scorers;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of the specification of an experiment. Many lines only test that the API
 * compiles.
 */
class ExperimentSpecTests {

	private final List<ExperimentRunner.Plan<?, ?, ?>> plans = new ArrayList<>();

	private final ExperimentSpec spec = new ExperimentSpec("refunds", new ExperimentRunner() {

		@Override
		public <I, O, E> ExperimentResult<I, O, E> run(Plan<I, O, E> plan) {
			ExperimentSpecTests.this.plans.add(plan);
			return null;
		}

		@Override
		public <I, O, E> RunningExperiment<I, O, E> start(Plan<I, O, E> plan) {
			ExperimentSpecTests.this.plans.add(plan);
			return null;
		}

	});

	@Test
	void planHasWhatTheExperimentWasGiven() {
		this.spec
			.cases(EvalCase.of(new Refund("1", 5), new Decision(true, 5)),
					EvalCase.of(new Refund("2", 500), new Decision(false, 0)).tags("large"))
			.task(this::decide)
			.scorers(Scorers.exactMatch(), Scorers.of("amount", (it) -> it.output().equals(it.expected()) ? 1 : 0))
			.scorer("approval", (it) -> (it.output().approve() == it.expected().approve()) ? 1 : 0)
			.classifier("size", (it) -> List.of(Classification.of((it.input().amount() > 100) ? "large" : "small")))
			.trials(3)
			.maxConcurrency(8)
			.timeout(Duration.ofSeconds(30))
			.retries(2)
			.onError(OnError.SKIP_SCORES)
			.abortAfter(0)
			.otherProjects(OtherProjects.DISCARDED)
			.parameter("temperature", 0.2)
			.metadata("model", "m")
			.tags("nightly")
			.description("of refunds")
			.keepOutputs(false)
			.run();
		ExperimentRunner.Plan<?, ?, ?> plan = this.plans.get(0);
		assertThat(plan.name()).isEqualTo("refunds");
		assertThat(plan.cases()).hasSize(2);
		assertThat(plan.scorers()).extracting((scorer) -> scorer.name())
			.containsExactly("exactMatch", "amount", "approval");
		assertThat(plan.classifiers()).containsOnlyKeys("size");
		assertThat(plan.trials()).isEqualTo(3);
		assertThat(plan.maxConcurrency()).isEqualTo(8);
		assertThat(plan.timeout()).isEqualTo(Duration.ofSeconds(30));
		assertThat(plan.retries()).isEqualTo(2);
		assertThat(plan.onError()).isEqualTo(OnError.SKIP_SCORES);
		assertThat(plan.abortAfter()).isZero();
		assertThat(plan.otherProjects()).isEqualTo(OtherProjects.DISCARDED);
		assertThat(plan.parameters().get("temperature", Double.class)).isEqualTo(0.2);
		assertThat(plan.metadata()).containsEntry("model", "m");
		assertThat(plan.tags()).containsExactly("nightly");
		assertThat(plan.description()).isEqualTo("of refunds");
		assertThat(plan.keepOutputs()).isFalse();
	}

	@Test
	void taskMayBeAnOverloadedMethodAndMayKnowItsRow() {
		Agent agent = new Agent();
		this.spec.cases(EvalCase.of("a", "b")).task(agent::answer).scorers(Scorers.levenshtein()).start();
		this.spec.cases(EvalCase.of("a", "b"))
			.taskWithRow((input, row) -> agent.answer(input, row.parameters().get("temperature", Double.class)))
			.scorers(Scorers.levenshtein())
			.start();
		assertThat(this.plans).hasSize(2);
	}

	@Test
	void casesAreFilteredLimitedAndSampledInTheOrderThatWasAskedFor() {
		Dataset<Integer, Integer> numbers = Dataset
			.of(IntStream.range(0, 1000).mapToObj((i) -> EvalCase.of(i, i)).toList());
		assertThat(inputs(this.spec.cases(numbers).filter((each) -> each.input() % 2 == 1).limit(3))).containsExactly(1,
				3, 5);
		assertThat(inputs(this.spec.cases(numbers).limit(3).filter((each) -> each.input() % 2 == 1)))
			.containsExactly(1);
		List<Object> sample = inputs(this.spec.cases(numbers).sample(10, 7));
		assertThat(sample).hasSize(10).isSortedAccordingTo((one, other) -> Integer.compare((int) one, (int) other));
		assertThat(inputs(this.spec.cases(numbers).sample(10, 7))).isEqualTo(sample);
		assertThat(inputs(this.spec.cases(numbers).sample(10, 8))).isNotEqualTo(sample);
		assertThat(inputs(this.spec.cases(numbers).sample(5000, 8))).hasSize(1000);
	}

	private List<Object> inputs(CasesSpec<Integer, Integer> cases) {
		cases.task((input) -> input).scorers(Scorers.exactMatch()).run();
		List<Object> inputs = new ArrayList<>();
		this.plans.get(this.plans.size() - 1).cases().forEach((each) -> inputs.add(each.input()));
		return inputs;
	}

	@Test
	void definitionIsUsedWithCasesOfNarrowerTypesAndIsNotChanged() {
		Eval<Object, Decision, Object> eval = Eval.named("decisions", Object.class, Object.class)
			.parameters(EvalParameter.of("limit", 100).description("of an amount"), EvalParameter.of("model", "m"))
			.taskWithRow((input, row) -> new Decision(row.parameters().get("limit", int.class) > 100, 0))
			.scorers(Scorers.exactMatch())
			.scorer("approval", (it) -> it.output().approve() ? 1 : 0)
			.classifier("size", (it) -> List.of(Classification.of("any")));
		this.spec.cases(EvalCase.of(new Refund("1", 5), new Decision(true, 5)))
			.eval(eval)
			.parameter("limit", 200)
			.scorers(Scorers.levenshtein())
			.run();
		ExperimentRunner.Plan<?, ?, ?> plan = this.plans.get(0);
		assertThat(plan.scorers()).extracting((scorer) -> scorer.name())
			.containsExactly("exactMatch", "approval", "levenshtein");
		assertThat(plan.classifiers()).containsOnlyKeys("size");
		assertThat(plan.parameters().asMap()).containsEntry("limit", 200).containsEntry("model", "m");
		assertThat(eval.name()).isEqualTo("decisions");
		assertThat(eval.parameters()).extracting(EvalParameter::description).containsExactly("of an amount", null);
		assertThat(eval.scorers()).hasSize(2);
		assertThat(eval).hasToString("Eval[decisions, Object, Object]");
		assertThatIllegalArgumentException().isThrownBy(() -> eval.classifier("size", (it) -> List.of()))
			.withMessage("There is already a classifier 'size'");
	}

	@Test
	void experimentWithoutScorersAndClassifiersIsRefused() {
		Experiment<String, String, String> experiment = this.spec.cases(EvalCase.of("a", "a")).task((input) -> input);
		assertThatIllegalStateException().isThrownBy(experiment::run)
			.withMessage("The experiment 'refunds' needs a scorer or a classifier");
	}

	@Test
	void parametersHaveTheTypeThatIsAskedFor() {
		EvalParameters parameters = EvalParameters.of(Map.of("temperature", 1, "model", "m"));
		assertThat(parameters.get("temperature", Double.class)).isEqualTo(1.0);
		assertThat(parameters.get("temperature", int.class)).isEqualTo(1);
		assertThat(parameters.get("other", String.class, "x")).isEqualTo("x");
		assertThatIllegalArgumentException().isThrownBy(() -> parameters.get("other", String.class))
			.withMessageContaining("no parameter 'other'");
		assertThatIllegalArgumentException().isThrownBy(() -> parameters.get("model", Integer.class))
			.withMessageContaining("'model' is a java.lang.String");
	}

	private Decision decide(Refund refund) {
		return new Decision(refund.amount() < 100, refund.amount());
	}

	record Refund(String id, int amount) {

	}

	record Decision(boolean approve, int amount) {

	}

	static class Agent {

		String answer(String question) {
			return question;
		}

		String answer(String question, Double temperature) {
			return question + temperature;
		}

	}

}
