package dev.braintrust.spring.docs;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link OperationsExample}.
 */
@ExtendWith(OutputCaptureExtension.class)
class OperationsExampleTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class))
		.withPropertyValues("braintrust.api-key=sk-test", "braintrust.api-url=http://127.0.0.1:1",
				"braintrust.projects.support.name=Support", "braintrust.export.shutdown-timeout=100ms");

	@Test
	void linkThatIsNotKnownIsAnIdOfATraceInTheLog(CapturedOutput output) {
		this.runner.run((context) -> new OperationsExample()
			.answer(context.getBean(BraintrustProjects.class).tracer("support")));
		assertThat(output).containsPattern("Answered, see trace [0-9a-f]{32}");
	}

	@Test
	void linkThatIsKnownIsInTheLog(CapturedOutput output) {
		this.runner.withPropertyValues("braintrust.org-name=Acme")
			.run((context) -> new OperationsExample()
				.answer(context.getBean(BraintrustProjects.class).tracer("support")));
		assertThat(output).contains("Answered, see https://www.braintrust.dev/app/Acme/p/Support/logs?r=");
	}

}
