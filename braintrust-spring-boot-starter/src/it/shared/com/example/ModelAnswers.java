package com.example;

/**
 * The answers of the models. A question with "Look up" is answered after a call of the
 * tool {@code lookUp}.
 */
final class ModelAnswers {

	private static final String OPENAI = """
			{"id":"1","object":"chat.completion","created":1,"model":"gpt-5-mini",
			"choices":[{"index":0,"message":%s,"finish_reason":"%s"}],
			"usage":{"prompt_tokens":5,"completion_tokens":6,"total_tokens":11}}
			""";

	private static final String OPENAI_CHUNK = """
			data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"gpt-5-mini",\
			"choices":[{"index":0,"delta":{"role":"assistant","content":"%s"},"finish_reason":%s}]}

			""";

	private static final String ANTHROPIC = """
			{"id":"1","type":"message","role":"assistant","model":"claude-sonnet-4-5",
			"content":[{"type":"text","text":"%s"}],"stop_reason":"end_turn","stop_sequence":null,
			"usage":{"input_tokens":5,"output_tokens":6}}
			""";

	private static final String OLLAMA = """
			{"model":"mistral","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":"%s"},
			"done":true,"done_reason":"stop","prompt_eval_count":5,"eval_count":6}
			""";

	private ModelAnswers() {
	}

	static String answer(String path, String request) {
		if (path.endsWith("/chat/completions")) {
			return request.contains("\"stream\":true") ? openAiStream() : openAi(request);
		}
		if (path.endsWith("/messages")) {
			return ANTHROPIC.formatted(Services.ANSWER);
		}
		return path.endsWith("/api/chat") ? OLLAMA.formatted(Services.ANSWER) : null;
	}

	private static String openAi(String request) {
		if (request.contains("Look up") && !request.contains("\"role\":\"tool\"")) {
			return OPENAI.formatted("""
					{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function",
					"function":{"name":"lookUp","arguments":"{}"}}]}""", "tool_calls");
		}
		return OPENAI.formatted("{\"role\":\"assistant\",\"content\":\"" + Services.ANSWER + "\"}", "stop");
	}

	private static String openAiStream() {
		int middle = Services.ANSWER.length() / 2;
		return OPENAI_CHUNK.formatted(Services.ANSWER.substring(0, middle), "null")
				+ OPENAI_CHUNK.formatted(Services.ANSWER.substring(middle), "\"stop\"") + "data: [DONE]\n\n";
	}

}
