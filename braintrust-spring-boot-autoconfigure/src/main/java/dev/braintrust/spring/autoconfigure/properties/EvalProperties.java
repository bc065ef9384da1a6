package dev.braintrust.spring.autoconfigure.properties;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The properties under {@code braintrust.evals}. They are bound when the first evaluation
 * bean is created.
 *
 * @param send Whether experiments are sent to Braintrust. Without a value, they are sent
 * if the project is on, but not from tests that record spans.
 * @param limit Maximum number of cases of each experiment.
 * @param sample Number of cases that each experiment draws at random, the same ones in
 * each run.
 * @param trials Number of trials of each case. Overrides the number that the experiment
 * sets.
 * @param reportDir Directory for the reports of experiments. Tests that record spans use
 * 'target/braintrust-evals' if it is not set, and 'build/braintrust-evals' in a Gradle
 * build.
 * @param bless Whether experiments write their scores to the files of their baselines.
 * @param progress Whether the progress of experiments is shown: as a bar on a terminal,
 * else as log lines. Without a value, experiments that take longer than a few seconds
 * show it.
 * @param remote Remote evaluations.
 */
@ConfigurationProperties("braintrust.evals")
public record EvalProperties(@Nullable Boolean send, @Nullable Integer limit, @Nullable Integer sample,
		@Nullable Integer trials, @Nullable String reportDir, @DefaultValue("false") boolean bless,
		@Nullable Boolean progress, @DefaultValue Remote remote) {

	/**
	 * The properties under {@code braintrust.evals.remote}.
	 *
	 * @param enabled Whether Braintrust's playground may run the evaluations of the
	 * application.
	 * @param path Path of the endpoint in the application. Each project has its own
	 * address below it.
	 * @param allowedOrigins Further origins whose pages may call the endpoint, such as
	 * 'https://braintrust.example.com'. Braintrust's own and the origin of
	 * 'braintrust.app-url' are always allowed.
	 * @param maxConcurrentRuns Maximum number of runs at the same time.
	 * @param maxRows Maximum number of rows of a run.
	 * @param maxRequestSize Maximum size of a request body.
	 */
	public record Remote(@DefaultValue("false") boolean enabled, @DefaultValue("/braintrust/evals") String path,
			@DefaultValue List<String> allowedOrigins, @DefaultValue("2") int maxConcurrentRuns,
			@DefaultValue("10000") int maxRows, @DefaultValue("10MB") DataSize maxRequestSize) {

	}

}
