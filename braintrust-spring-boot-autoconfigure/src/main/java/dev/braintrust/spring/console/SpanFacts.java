package dev.braintrust.spring.console;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/**
 * The facts about a span that lists show. Excerpts of input and output are created on
 * first use.
 */
final class SpanFacts {

	private static final int EXCERPT = 160;

	// Longer JSON is not parsed for an excerpt.
	private static final int MAX_READ = 1 << 20;

	private static final JsonMapper JSON = new JsonMapper();

	private final String type;

	private final String model;

	private final long promptTokens;

	private final long completionTokens;

	private final @Nullable String error;

	private @Nullable String inputJson;

	private @Nullable String outputJson;

	private volatile @Nullable String input;

	private volatile @Nullable String output;

	SpanFacts(SpanData row) {
		Attributes attributes = row.getAttributes();
		this.type = read(text(attributes, "braintrust.span_attributes")).path("type").asString("");
		boolean llm = this.type.equals("llm");
		JsonNode metrics = llm ? read(text(attributes, "braintrust.metrics")) : MissingNode.getInstance();
		this.model = llm ? model(attributes) : "";
		this.promptTokens = metrics.path("prompt_tokens").asLong(0);
		this.completionTokens = metrics.path("completion_tokens").asLong(0);
		boolean failed = row.getStatus().getStatusCode() == StatusCode.ERROR;
		this.error = failed ? cut(row.getStatus().getDescription()) : null;
		this.inputJson = first(attributes, "braintrust.input_json", "gen_ai.input.messages");
		this.outputJson = first(attributes, "braintrust.output_json", "gen_ai.output.messages");
	}

	private static String model(Attributes attributes) {
		String model = read(text(attributes, "braintrust.metadata")).path("model").asString("");
		String requested = text(attributes, "gen_ai.request.model");
		return (model.isEmpty() && requested != null) ? requested : model;
	}

	private static @Nullable String first(Attributes attributes, String name, String other) {
		String value = text(attributes, name);
		return (value != null) ? value : text(attributes, other);
	}

	private static @Nullable String text(Attributes attributes, String name) {
		return attributes.get(AttributeKey.stringKey(name));
	}

	private static JsonNode read(@Nullable String json) {
		try {
			return (json != null && json.length() <= MAX_READ) ? JSON.readTree(json) : MissingNode.getInstance();
		}
		catch (JacksonException ex) {
			return MissingNode.getInstance();
		}
	}

	String type() {
		return this.type;
	}

	String model() {
		return this.model;
	}

	long promptTokens() {
		return this.promptTokens;
	}

	long completionTokens() {
		return this.completionTokens;
	}

	// The error message, null without an error.
	@Nullable String error() {
		return this.error;
	}

	String input() {
		String input = this.input;
		if (input == null) {
			input = excerpt(this.inputJson);
			this.input = input;
		}
		return input;
	}

	String output() {
		String output = this.output;
		if (output == null) {
			output = excerpt(this.outputJson);
			this.output = output;
		}
		return output;
	}

	// Create the excerpts and release the JSON, which was written only for them.
	void read() {
		input();
		output();
		this.inputJson = null;
		this.outputJson = null;
	}

	private static String excerpt(@Nullable String json) {
		if (json == null) {
			return "";
		}
		JsonNode node = read(json);
		String rest = json.startsWith("\"") ? json.substring(1, Math.min(json.length(), 4 * EXCERPT)) : json;
		return cut(node.isMissingNode() ? rest : text(node));
	}

	private static String cut(String text) {
		String line = text.substring(0, Math.min(text.length(), 2 * EXCERPT)).strip().replaceAll("\\s+", " ");
		int end = Math.min(line.length(), EXCERPT);
		end -= (end > 0 && Character.isHighSurrogate(line.charAt(end - 1))) ? 1 : 0;
		return (end < line.length() || text.length() > 2 * EXCERPT) ? line.substring(0, end) + "…" : line;
	}

	// The text of the last message or choice.
	private static String text(JsonNode node) {
		if (node.isString()) {
			return node.asString();
		}
		JsonNode last = (node.isArray() && !node.isEmpty()) ? node.get(node.size() - 1) : node;
		JsonNode message = last.path("message").isObject() ? last.path("message") : last;
		JsonNode content = message.has("parts") ? message.path("parts") : message.path("content");
		String text = content.isArray() ? parts(content) : content.asString("");
		if (text.isBlank() && message.path("tool_calls").isArray()) {
			text = calls(message.path("tool_calls"));
		}
		return text.isBlank() ? node.toString() : text;
	}

	private static String parts(JsonNode parts) {
		StringBuilder text = new StringBuilder();
		for (JsonNode part : parts) {
			String said = part.path("text").asString(part.path("content").asString(""));
			String type = part.path("type").asString("part");
			text.append(text.isEmpty() ? "" : " ")
				.append((said.isEmpty() || said.startsWith("data:")) ? "[" + type + "]" : said);
		}
		return text.toString();
	}

	private static String calls(JsonNode calls) {
		StringBuilder text = new StringBuilder();
		for (JsonNode call : calls) {
			JsonNode function = call.path("function");
			text.append(text.isEmpty() ? "" : ", ")
				.append(function.path("name").asString(""))
				.append('(')
				.append(function.path("arguments").asString(""))
				.append(')');
		}
		return text.toString();
	}

}
