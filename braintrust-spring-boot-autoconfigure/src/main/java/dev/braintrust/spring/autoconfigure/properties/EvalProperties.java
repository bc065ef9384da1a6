package dev.braintrust.spring.autoconfigure.properties;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;

/**
 * The properties under {@code braintrust.evals}. They are bound when somebody asks for
 * evaluations.
 */
@ConfigurationProperties("braintrust.evals")
public class EvalProperties {

	/**
	 * Whether experiments are sent to Braintrust. Without a value, they are sent where
	 * the project is on, but not from tests that record spans.
	 */
	private @Nullable Boolean send;

	/**
	 * Maximum number of cases of each experiment.
	 */
	private @Nullable Integer limit;

	/**
	 * Number of cases that each experiment draws at random, the same ones in each run.
	 */
	private @Nullable Integer sample;

	/**
	 * Number of trials of each case. Overrides the number that the experiment sets.
	 */
	private @Nullable Integer trials;

	/**
	 * Directory for the reports of experiments. Tests that record spans use
	 * 'target/braintrust-evals' if it is not set, and 'build/braintrust-evals' in a build
	 * of Gradle.
	 */
	private @Nullable String reportDir;

	/**
	 * Whether experiments write their scores to the files of their baselines.
	 */
	private boolean bless = false;

	/**
	 * Whether the progress of experiments is shown: as a bar on a terminal, else as lines
	 * of the log. Without a value, experiments that take longer than a few seconds show
	 * it.
	 */
	private @Nullable Boolean progress;

	/**
	 * Remote evaluations.
	 */
	@NestedConfigurationProperty
	private final RemoteEvalProperties remote = new RemoteEvalProperties();

	public RemoteEvalProperties getRemote() {
		return this.remote;
	}

	public @Nullable Boolean getSend() {
		return this.send;
	}

	public void setSend(@Nullable Boolean send) {
		this.send = send;
	}

	public @Nullable Integer getLimit() {
		return this.limit;
	}

	public void setLimit(@Nullable Integer limit) {
		this.limit = limit;
	}

	public @Nullable Integer getSample() {
		return this.sample;
	}

	public void setSample(@Nullable Integer sample) {
		this.sample = sample;
	}

	public @Nullable Integer getTrials() {
		return this.trials;
	}

	public void setTrials(@Nullable Integer trials) {
		this.trials = trials;
	}

	public @Nullable String getReportDir() {
		return this.reportDir;
	}

	public void setReportDir(@Nullable String reportDir) {
		this.reportDir = reportDir;
	}

	public boolean isBless() {
		return this.bless;
	}

	public void setBless(boolean bless) {
		this.bless = bless;
	}

	public @Nullable Boolean getProgress() {
		return this.progress;
	}

	public void setProgress(@Nullable Boolean progress) {
		this.progress = progress;
	}

}
