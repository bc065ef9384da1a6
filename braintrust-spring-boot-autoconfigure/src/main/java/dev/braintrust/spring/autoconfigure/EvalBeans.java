package dev.braintrust.spring.autoconfigure;

import java.nio.file.Files;
import java.nio.file.Path;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.api.HttpClients;
import dev.braintrust.spring.api.ProjectApis;
import dev.braintrust.spring.autoconfigure.properties.EvalProperties;
import dev.braintrust.spring.eval.BraintrustEvals;
import dev.braintrust.spring.eval.ProjectEvals;
import dev.braintrust.spring.eval.report.ExperimentWatch;
import dev.braintrust.spring.eval.run.DefaultBraintrustEvals;
import dev.braintrust.spring.eval.run.RunSettings;
import dev.braintrust.spring.trace.SpanRecorder;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.thread.Threading;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * The factory methods of the evaluation beans. Bean definitions refer to this class by
 * name only, so that no class of evaluations is loaded before a bean is requested.
 */
final class EvalBeans {

	private EvalBeans() {
	}

	static BraintrustEvals all(BraintrustProjects projects, Environment environment,
			ObjectProvider<SslBundles> sslBundles, ObjectProvider<SpanRecorder> recorder,
			ObjectProvider<ExperimentWatch> watch) {
		ProjectApis apis = new ProjectApis(() -> new HttpClients(sslBundles.getIfAvailable()));
		return new DefaultBraintrustEvals(projects, apis, settings(environment, recorder.getIfAvailable() != null),
				watch.getIfAvailable());
	}

	static RunSettings settings(Environment environment, boolean recorded) {
		EvalProperties properties = Binder.get(environment).bindOrCreate("braintrust.evals", EvalProperties.class);
		String reportDir = (properties.reportDir() == null && recorded) ? reportsOfTests(Path.of(""))
				: properties.reportDir();
		String summary = environment.getProperty("GITHUB_STEP_SUMMARY");
		return new RunSettings(Threading.VIRTUAL.isActive(environment), properties.send(), recorded, properties.limit(),
				properties.sample(), properties.trials(), StringUtils.hasText(reportDir) ? Path.of(reportDir) : null,
				StringUtils.hasText(summary) ? Path.of(summary) : null, properties.bless(), properties.progress(),
				RunSettings.PATIENCE);
	}

	// The build tool's output directory.
	static String reportsOfTests(Path directory) {
		boolean gradle = Files.exists(directory.resolve("build.gradle"))
				|| Files.exists(directory.resolve("build.gradle.kts"));
		boolean maven = Files.exists(directory.resolve("pom.xml"));
		return (gradle && !maven) ? "build/braintrust-evals" : "target/braintrust-evals";
	}

	static ProjectEvals evals(BraintrustEvals evals, String key) {
		return evals.of(key);
	}

}
