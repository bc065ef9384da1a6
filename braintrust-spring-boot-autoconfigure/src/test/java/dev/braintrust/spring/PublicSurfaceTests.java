package dev.braintrust.spring;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.LauncherSessionListener;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The types that users may refer to. Public types of other packages are only public for
 * other packages of the starter.
 */
class PublicSurfaceTests {

	private static final String ROOT = "dev.braintrust.spring";

	private static final Set<String> API = Set.of(ROOT, ROOT + ".eval", ROOT + ".eval.compare", ROOT + ".eval.data",
			ROOT + ".eval.score", ROOT + ".eval.test", ROOT + ".jpa", ROOT + ".prompt", ROOT + ".reactor",
			ROOT + ".test", ROOT + ".web");

	@Test
	void nothingBecomesPublicByAccident() {
		assertThat(publicTypes()).containsExactly("Attachment", "Attachments", "BraintrustProject",
				"BraintrustProjects", "BraintrustPrompt", "ClientInstrumentation", "ContentFilter",
				"ContentFilter$Field", "NoSuchBraintrustProjectException", "ProjectSpan", "ProjectSpanBuilder",
				"ProjectTracer", "ProjectTracerProviderCustomizer", "SpanConsumer", "SpanFunction",
				"StoredTraceContext", "eval.BraintrustEvals", "eval.CasesSpec", "eval.Eval", "eval.Eval$Named",
				"eval.EvalAbortedException", "eval.EvalParameter", "eval.EvalParameter$Type", "eval.EvalRow",
				"eval.EvalTask", "eval.EvalTask$WithRow", "eval.Experiment", "eval.ExperimentResult",
				"eval.ExperimentRunner", "eval.ExperimentRunner$Plan", "eval.ExperimentSpec", "eval.OnError",
				"eval.OtherProjects", "eval.ProjectEvals", "eval.RemoteEvalAuthorizer",
				"eval.RemoteEvalAuthorizer$Call", "eval.RowResult", "eval.RunOptions", "eval.RunningExperiment",
				"eval.ScoreSummary", "eval.compare.Baseline", "eval.compare.BaselineExperiment",
				"eval.compare.BaselineFile", "eval.compare.Comparison", "eval.compare.Comparison$ScoreChange",
				"eval.compare.ExperimentScores", "eval.compare.ExperimentScores$Found", "eval.compare.ScoredInputs",
				"eval.data.BraintrustDataset", "eval.data.CaseReader", "eval.data.Dataset",
				"eval.data.Dataset$DatasetVersion", "eval.data.DatasetVersions", "eval.data.EvalCase",
				"eval.data.EvalCase$Origin", "eval.data.ProjectDatasets", "eval.data.RowPages",
				"eval.data.RowPages$Page", "eval.data.RowPages$Source", "eval.score.Classification",
				"eval.score.Classifier", "eval.score.EvalParameters", "eval.score.EvaluatorScorer",
				"eval.score.HostedScorer", "eval.score.Judge", "eval.score.JudgeSpec", "eval.score.RowTrace",
				"eval.score.RowTrace$RowSpan", "eval.score.Score", "eval.score.Scorer", "eval.score.Scorers",
				"eval.score.Scoring", "eval.score.TokenUsage", "eval.test.CaseSource", "eval.test.EvalTests",
				"eval.test.Evals", "eval.test.ExperimentAssert", "eval.test.ExperimentAssertions",
				"eval.test.ScoreAssert", "jpa.TraceContextColumns", "prompt.BraintrustPrompts", "prompt.LoadedPrompt",
				"prompt.ProjectPrompts", "prompt.PromptRequest", "prompt.PromptUnavailableException",
				"reactor.ReactiveSpans", "test.AutoConfigureBraintrustTest", "test.BraintrustAssertions",
				"test.ExpectedSpan", "test.ProjectSpansAssert", "test.RecordedSpan", "test.RecordedSpans",
				"test.RecordedSpansAssert", "test.RecordedTrace", "test.ScriptedAnswer", "test.ScriptedChatModel",
				"test.SpanAssert", "test.TraceAssert", "web.ProjectContextExchangeFilter", "web.ProjectContextFilter",
				"web.ProjectContextInterceptor", "web.ProjectContextWebFilter");
	}

	private static Set<String> publicTypes() {
		return new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
			.importPackages(ROOT)
			.stream()
			.filter((type) -> isApi(type) && isPublic(type))
			// Public for Java's service loader.
			.filter((type) -> !type.isAssignableTo(LauncherSessionListener.class))
			.map((type) -> type.getName().substring(ROOT.length() + 1))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	static boolean isApi(JavaClass type) {
		return API.contains(type.getPackageName());
	}

	private static boolean isPublic(JavaClass type) {
		return type.getModifiers().contains(JavaModifier.PUBLIC)
				&& type.getEnclosingClass().map(PublicSurfaceTests::isPublic).orElse(true);
	}

}
