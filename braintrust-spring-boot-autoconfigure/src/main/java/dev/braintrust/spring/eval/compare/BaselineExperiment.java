package dev.braintrust.spring.eval.compare;

import org.jspecify.annotations.Nullable;

/**
 * An experiment in Braintrust as a baseline.
 *
 * @param nameOrId its name or id, or {@code null} for the latest experiment with the same
 * name
 * @see Baseline#experiment(String)
 * @see Baseline#latest()
 */
public record BaselineExperiment(@Nullable String nameOrId) implements Baseline {

	@Override
	public String name() {
		return (this.nameOrId != null) ? this.nameOrId : "the latest experiment";
	}

}
