package dev.braintrust.spring.specification;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that {@link GuideRules} finds violations: only the broken rule reports the row
 * that breaks it.
 */
class GuideRulesTests {

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private static final String COMMON = """
			"metrics": {"start": 1.5, "end": 2.5%s}, "attributes": ["braintrust.parent"],
			"context": {"span_origin": {"name": "starter", "version": "1.0", "instrumentation": {"name": "scope"},
				"environment": {"type": "server", "name": "aws_lambda"}}}}""";

	private static final Map<String, String> ROWS = Map.of("llm",
			"""
					{"span_attributes": {"type": "llm", "name": "Chat Completion"},
					"metadata": {"model": "m", "provider": "openai", "temperature": 0.5, "tool_choice": "auto",
						"parallel_tool_calls": true, "prompt": {"id": "1", "project_id": "2", "version": "3", "variables": {}},
						"tools": [{"type": "function", "function": {"name": "f", "parameters": {}, "strict": false}}]},
					"input": [{"role": "user", "content": [{"type": "text", "text": "Hi"}, {"type": "image_url", "image_url":
							{"url": {"type": "braintrust_attachment", "filename": "a", "content_type": "image/png", "key": "k"}}}]},
						{"role": "assistant", "content": null, "tool_calls": [
							{"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]},
						{"role": "tool", "tool_call_id": "c1", "content": "{}"}],
					"output": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Hello"}}],
					"""
					+ COMMON.formatted("""
							, "prompt_tokens": 9, "completion_tokens": 2, "tokens": 11, "prompt_cached_tokens": 3,
							"prompt_cache_creation_tokens": 2"""),
			"task", """
					{"span_attributes": {"type": "task", "name": "agent"}, "input": [], "output": "Hello",
					""" + COMMON.formatted(", \"tokens\": 3"), "tool", """
					{"span_attributes": {"type": "tool", "name": "f"}, "input": {}, "output": null,
					"metadata": {"tool_approval": "approved"},
					""" + COMMON.formatted(""));

	static Stream<Arguments> breaches() {
		return Stream.of(breach("span type", "task", "/span_attributes/type", "\"agent\""),
				breach("span name", "llm", "/span_attributes/name", "\"chat\""),
				breach("span name", "task", "/span_attributes/name", "\"\""),
				breach("span origin", "tool", "/context/span_origin/version", null),
				breach("span origin", "tool", "/context/span_origin/name", "\"braintrust.sdk.java\""),
				breach("span origin", "tool", "/context/span_origin/instrumentation/name", "\"\""),
				breach("span origin", "tool", "/context/span_origin/host", "\"h\""),
				breach("context", "task", "/context/thread", "\"main\""),
				breach("context", "task", "/context/span_origin/environment/name", "\"AWS Lambda\""),
				breach("attributes", "task", "/attributes/0", "\"braintrust.environment.type\""),
				breach("required metadata", "llm", "/metadata/model", null),
				breach("required metadata", "llm", "/metadata/provider", "\"\""),
				breach("metadata keys", "llm", "/metadata/seed", "1"),
				breach("metadata keys", "llm", "/metadata/temperature", "null"),
				breach("metadata keys", "task", "/metadata", "{\"agent\": 1}"),
				breach("tool approval", "tool", "/metadata/tool_approval", "\"failed\""),
				breach("metric keys", "llm", "/metrics/cost", "1"),
				breach("metric keys", "task", "/metrics/time_to_first_token", "1"),
				breach("metric keys", "tool", "/metrics/tokens", "1"),
				breach("metric values", "llm", "/metrics/tokens", "-1"),
				breach("metric values", "llm", "/metrics/completion_tokens", "2.5"),
				breach("metric values", "llm", "/metrics/completion_tokens", "null"),
				breach("time", "task", "/metrics/end", "1.0"), breach("tokens", "llm", "/metrics/tokens", null),
				breach("tokens", "llm", "/metrics/prompt_cached_tokens", "8"),
				breach("tokens", "llm", "/metrics/prompt_cache_creation_5m_tokens", "2"),
				breach("time to first token", "llm", "/metrics/time_to_first_token", "0.5"),
				breach("input", "llm", "/input", "[]"), breach("input", "llm", "/input/0/role", "\"human\""),
				breach("input", "llm", "/input/0/content", null), breach("input", "llm", "/input/0/content", "null"),
				breach("input", "llm", "/input/0/content/0/type", "\"input_text\""),
				breach("input", "llm", "/input/0/metadata", "{}"),
				breach("input", "llm", "/input/1/tool_calls/0/index", "0"),
				breach("input", "llm", "/input/1/tool_calls/0/type", "\"tool\""),
				breach("input", "llm", "/input/1/tool_calls/0/function/name", "\"\""),
				breach("input", "llm", "/input/1/tool_calls/0/function/arguments", "{}"),
				breach("input", "llm", "/input/1/content", "\"\""),
				breach("input", "llm", "/input/2/tool_call_id", "\"c2\""), breach("output", "llm", "/output", null),
				breach("output", "llm", "/output/0/index", null),
				breach("output", "llm", "/output/0/finish_reason", null),
				breach("output", "llm", "/output/0/finish_reason", "\"STOP\""),
				breach("output", "llm", "/output/0/finish_reason", "\"tool_calls\""),
				breach("output", "llm", "/output/0/logprobs", "{}"),
				breach("output", "llm", "/output/0/message/role", "\"user\""),
				breach("output", "llm", "/output/0/message/content", null),
				breach("tools", "llm", "/metadata/tools/0/function/name", "\"\""),
				breach("tools", "llm", "/metadata/tools/0/function/handler", "\"lambda\""),
				breach("tools", "llm", "/metadata/tools/0/function/parameters", "\"{}\""),
				breach("tools", "llm", "/metadata/tools/0/function/strict", "null"),
				breach("tools", "llm", "/metadata/tools", "{\"f\": {}}"),
				breach("tools", "llm", "/metadata/tool_choice", "\"any\""),
				breach("tools", "llm", "/metadata/parallel_tool_calls", "\"yes\""),
				breach("prompt", "llm", "/metadata/prompt/version", null),
				breach("prompt", "llm", "/metadata/prompt/variables", null),
				breach("prompt", "llm", "/metadata/prompt/name", "\"n\""), breach("task", "task", "/input", null),
				breach("tool", "tool", "/output", null),
				breach("attachments", "llm", "/input/0/content/1/image_url/url/key", "\"\""),
				breach("inline media", "llm", "/input/0/content/1/image_url/url", "\"data:image/png;base64,AA\""),
				breach("inline media", "tool", "/output", "\"data:audio/wav;base64,AA\""));
	}

	private static Arguments breach(String rule, String type, String place, String value) {
		return Arguments.of(rule, type, place, value);
	}

	@ParameterizedTest(name = "{0}: {2} = {3} in {1}")
	@MethodSource("breaches")
	void ruleFindsTheRowThatBreaksIt(String rule, String type, String place, String value) {
		JsonNode row = JSON.readTree(ROWS.get(type));
		set(row, place, value);
		assertThat(GuideRules.violations(row, Way.CALL)).isNotEmpty()
			.allMatch((violation) -> violation.startsWith(rule + ": "), rule);
	}

	@Test
	void everyRuleIsBroken() {
		Set<String> broken = new TreeSet<>();
		breaches().forEach((arguments) -> broken.add((String) arguments.get()[0]));
		assertThat(broken).containsAll(Stream.of(GuideRules.values()).map(GuideRules::toString).toList());
	}

	@Test
	void rowsAreFineBeforeTheyAreBroken() {
		assertThat(ROWS.values())
			.allSatisfy((row) -> assertThat(GuideRules.violations(JSON.readTree(row), Way.CALL)).isEmpty());
	}

	@Test
	void streamHasATimeToItsFirstToken() {
		JsonNode row = JSON.readTree(ROWS.get("llm"));
		assertThat(GuideRules.violations(row, Way.STREAM))
			.containsExactly("time to first token: /metrics/time_to_first_token");
		set(row, "/metrics/time_to_first_token", "0.5");
		assertThat(GuideRules.violations(row, Way.STREAM)).isEmpty();
	}

	@Test
	void rowOfAnErrorNeedsNoOutput() {
		JsonNode row = JSON.readTree(ROWS.get("llm"));
		set(row, "/output", null);
		set(row, "/error", "\"overloaded\"");
		assertThat(GuideRules.violations(row, Way.CALL)).isEmpty();
	}

	private static void set(JsonNode row, String place, String value) {
		int slash = place.lastIndexOf('/');
		JsonNode parent = row.at(place.substring(0, slash));
		String name = place.substring(slash + 1);
		if (parent instanceof ArrayNode array) {
			array.set(Integer.parseInt(name), JSON.readTree(value));
		}
		else if (value != null) {
			((ObjectNode) parent).set(name, JSON.readTree(value));
		}
		else {
			((ObjectNode) parent).remove(name);
		}
	}

}
