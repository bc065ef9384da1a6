package dev.braintrust.spring.sample.report;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class ExcerptTests {

	@Test
	void takesTheLastMessageOfAPrompt() {
		assertThat(excerpt("""
				[{"role": "system", "content": "Be short."}, {"role": "user", "content": "Where\\n is it?"}]"""))
			.isEqualTo("Where is it?");
		assertThat(excerpt("""
				[{"role": "user", "content": [{"type": "text", "text": "Where?"}]}]""")).isEqualTo("Where?");
	}

	@Test
	void namesAnAttachment() {
		assertThat(excerpt("""
				[{"role": "user", "content": [{"type": "text", "text": "This?"}, {"type": "image_url", "image_url":
				{"url": {"type": "braintrust_attachment", "filename": "lamp.png", "key": "k"}}}]}]"""))
			.isEqualTo("This? [lamp.png]");
	}

	@Test
	void takesTheAnswerOfAModel() {
		assertThat(excerpt("""
				[{"index": 0, "message": {"role": "assistant", "content": "Here."}, "finish_reason": "stop"}]"""))
			.isEqualTo("Here.");
		assertThat(excerpt("""
				[{"index": 0, "message": {"role": "assistant", "content": null,
				"tool_calls": [{"function": {"name": "find", "arguments": "{\\"id\\":1}"}}]}}]"""))
			.isEqualTo("find{\"id\":1}");
	}

	@Test
	void takesOtherValuesAsTheyAreAndShortensThem() {
		assertThat(excerpt("\"text\"")).isEqualTo("text");
		assertThat(excerpt("{\"id\":1}")).isEqualTo("{\"id\":1}");
		assertThat(excerpt("null")).isEmpty();
		assertThat(excerpt("[]")).isEmpty();
		assertThat(excerpt("\"" + "x".repeat(100) + "\"")).hasSize(48).endsWith("x\u2026");
	}

	private static String excerpt(String json) {
		return Excerpt.of(new JsonMapper().readTree(json));
	}

}
