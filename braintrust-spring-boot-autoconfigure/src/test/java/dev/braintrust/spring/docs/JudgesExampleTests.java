package dev.braintrust.spring.docs;

import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustChatAutoConfiguration;
import dev.braintrust.spring.eval.BraintrustEvals;
import dev.braintrust.spring.eval.ExperimentResult;
import dev.braintrust.spring.test.RecordedSpans;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the {@link JudgesExample}.
 */
class JudgesExampleTests {

	@Test
	void judgeRunsWithoutANetwork() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(BraintrustAutoConfiguration.class, BraintrustChatAutoConfiguration.class))
			.withBean(RecordedSpans.class)
			.withPropertyValues("braintrust.projects.support.name=Support Agent")
			.run((context) -> {
				JudgesExample example = new JudgesExample(context.getBean(BraintrustEvals.class).of("support"));
				ExperimentResult<String, String, String> result = example.facts(example.offline());
				assertThat(result.errors()).isEmpty();
				assertThat(result.score("factuality").mean()).isEqualTo(1);
				assertThat(result.rows().get(0).scores().get("factuality").rationale())
					.isEqualTo("Both say five days.");
			});
	}

}
