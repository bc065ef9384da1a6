package dev.braintrust.spring.ai.provider;

import java.util.List;

import dev.braintrust.spring.content.SpanFields;
import tools.jackson.databind.JsonNode;

/**
 * The embeddings endpoint of OpenAI's API. The guide leaves input and output of
 * embeddings open and forbids fields that it does not allow, so neither is recorded.
 */
final class OpenAiEmbeddingsEndpoint extends Endpoint {

	static final Endpoint INSTANCE = new OpenAiEmbeddingsEndpoint();

	private OpenAiEmbeddingsEndpoint() {
		super("openai");
	}

	@Override
	public String spanName() {
		return "Embedding";
	}

	@Override
	public void writeRequest(JsonNode request, SpanFields fields) {
		copy(request, "model", fields);
	}

	@Override
	public void writeAnswer(JsonNode answer, SpanFields fields) {
		copy(answer, "model", fields);
		metric(fields, "prompt_tokens", answer.at("/usage/prompt_tokens"));
		metric(fields, "tokens", answer.at("/usage/total_tokens"));
	}

	@Override
	JsonNode merge(List<JsonNode> events) {
		return NODES.missingNode();
	}

	@Override
	public boolean hasContent(JsonNode event) {
		return false;
	}

}
