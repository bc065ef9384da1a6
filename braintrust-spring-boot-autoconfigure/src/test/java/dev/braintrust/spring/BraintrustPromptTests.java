package dev.braintrust.spring;

import java.util.LinkedHashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of {@link BraintrustPrompt}.
 */
class BraintrustPromptTests {

	@Test
	void fieldsHaveTheNamesOfTheGuide() {
		BraintrustPrompt prompt = new BraintrustPrompt("p-1", "project-1", "17", Map.of("city", "Paris"), "session-1");
		assertThat(prompt.toMetadata()).containsExactly(Map.entry("id", "p-1"), Map.entry("project_id", "project-1"),
				Map.entry("version", "17"), Map.entry("variables", Map.of("city", "Paris")),
				Map.entry("prompt_session_id", "session-1"));
		assertThat(new BraintrustPrompt("p-1", "project-1", "17", Map.of()).toMetadata())
			.doesNotContainKey("prompt_session_id");
	}

	@Test
	void whatIsMissingIsNamed() {
		assertThatIllegalArgumentException().isThrownBy(() -> new BraintrustPrompt(" ", "project-1", "17", Map.of()))
			.withMessageContaining("'id'");
		assertThatIllegalArgumentException().isThrownBy(() -> new BraintrustPrompt("p-1", "", "17", Map.of()))
			.withMessageContaining("'projectId'");
		assertThatIllegalArgumentException().isThrownBy(() -> new BraintrustPrompt("p-1", "project-1", "", Map.of()))
			.withMessageContaining("'version'");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new BraintrustPrompt("p-1", "project-1", "17", Map.of(), " "))
			.withMessageContaining("'promptSessionId'");
	}

	@Test
	void variablesAreCopied() {
		Map<String, Object> variables = new LinkedHashMap<>(Map.of("city", "Paris"));
		BraintrustPrompt prompt = new BraintrustPrompt("p-1", "project-1", "17", variables);
		variables.put("city", "Rome");
		assertThat(prompt.variables()).isEqualTo(Map.of("city", "Paris"));
	}

}
