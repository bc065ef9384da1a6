package dev.braintrust.spring.ai.provider;

import java.util.List;
import java.util.function.Function;

import dev.braintrust.spring.content.SpanFields;
import dev.braintrust.spring.content.json.CapturedJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.POJONode;

/**
 * An endpoint of a provider's API whose calls are {@code llm} spans. It reads the JSON of
 * requests and answers and does not depend on Spring AI.
 * <p>
 * To add one, write its class, and name it in {@link #openAi} or {@link #anthropic}, or
 * in a method for another provider.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/instrumentation-guide.md#canonical-payload-format">Braintrust's
 * instrumentation guide, "Canonical payload format"</a>
 */
public abstract class Endpoint {

	static final JsonNodeFactory NODES = JsonNodeFactory.instance;

	private final String provider;

	Endpoint(String provider) {
		this.provider = provider;
	}

	// Return the endpoint of OpenAI's API at the end of a path, or null if its calls are
	// not traced.
	public static @Nullable Endpoint openAi(List<String> path) {
		return switch (last(path, 0)) {
			case "completions" -> last(path, 1).equals("chat") ? OpenAiChatEndpoint.INSTANCE : null;
			case "responses" -> OpenAiResponsesEndpoint.INSTANCE;
			case "embeddings" -> OpenAiEmbeddingsEndpoint.INSTANCE;
			default -> null;
		};
	}

	// Return the endpoint of Anthropic's API at the end of a path, or null if its calls
	// are not traced.
	public static @Nullable Endpoint anthropic(List<String> path) {
		return last(path, 0).equals("messages") ? AnthropicMessagesEndpoint.INSTANCE : null;
	}

	private static String last(List<String> path, int before) {
		int place = path.size() - 1 - before;
		return (place >= 0) ? path.get(place) : "";
	}

	// The name of a call's span.
	public abstract String spanName();

	// The name of a call's span if the answer is a stream.
	public String streamName() {
		return spanName();
	}

	// Return the provider whose prices apply: the provider at the host if it is known,
	// else the provider that the project names, else the provider of this API.
	public final String provider(@Nullable String baseUrl, @Nullable String fallback) {
		String called = ProviderHost.provider(baseUrl);
		return (called != null) ? called : ((fallback != null) ? fallback : this.provider);
	}

	// Write the fields of a request.
	public abstract void writeRequest(JsonNode request, SpanFields fields);

	// Write the fields of a complete answer.
	public abstract void writeAnswer(JsonNode answer, SpanFields fields);

	// Assemble the answer from the events of a stream. Events may be missing at the end.
	public final JsonNode join(List<JsonNode> events) {
		return whole(merge(events));
	}

	// Assemble the answer. Texts may still be in pieces.
	abstract JsonNode merge(List<JsonNode> events);

	// Whether an event of a stream contains output or reasoning of the model.
	public abstract boolean hasContent(JsonNode event);

	static void copy(JsonNode from, String name, SpanFields fields) {
		metadata(fields, name, from.path(name));
	}

	// Write a structural value of a request, which is JSON.
	static void metadata(SpanFields fields, String name, @Nullable JsonNode value) {
		if (value == null || value.isMissingNode() || value.isNull() || (value.isContainer() && value.isEmpty())) {
			return;
		}
		if (value.isString()) {
			fields.metadata(name, value.asString());
		}
		else if (value.isNumber()) {
			fields.metadata(name, value.numberValue());
		}
		else if (value.isBoolean()) {
			fields.metadata(name, value.asBoolean());
		}
		else {
			fields.metadata(name, new CapturedJson(value.toString()));
		}
	}

	// Write tool definitions in OpenAI's form. A tool that is not a function keeps the
	// provider's form, without secrets.
	static void tools(SpanFields fields, JsonNode tools, Function<JsonNode, @Nullable ObjectNode> function) {
		if (tools.isArray() && !tools.isEmpty()) {
			fields.metadata("tools", new WireTools(tools.valueStream().map((tool) -> {
				ObjectNode converted = function.apply(tool);
				return (converted != null) ? converted : WireSecrets.removed(tool);
			}).toList()));
		}
	}

	// Create a function from the properties that are present.
	static ObjectNode function(JsonNode from, String parameters) {
		ObjectNode tool = NODES.objectNode().put("type", "function");
		ObjectNode function = tool.putObject("function");
		set(function, "name", from.path("name"));
		set(function, "description", from.path("description"));
		set(function, "parameters", from.path(parameters));
		set(function, "strict", from.path("strict"));
		return tool;
	}

	// Return the response format in OpenAI's form.
	static @Nullable ObjectNode jsonSchema(JsonNode format) {
		if (!format.path("schema").isObject()) {
			return null;
		}
		ObjectNode written = NODES.objectNode().put("type", "json_schema");
		ObjectNode schema = written.putObject("json_schema");
		set(schema, "name", format.path("name"));
		set(schema, "strict", format.path("strict"));
		set(schema, "schema", format.path("schema"));
		return written;
	}

	static void set(ObjectNode object, String name, JsonNode value) {
		if (!value.isMissingNode() && !value.isNull()) {
			object.set(name, value);
		}
	}

	static void metric(SpanFields fields, String name, JsonNode count) {
		if (count.isIntegralNumber() && count.asLong() >= 0) {
			fields.metric(name, count.asLong());
		}
	}

	static String text(JsonNode value) {
		if (value instanceof POJONode pieces && pieces.getPojo() instanceof StringBuilder text) {
			return text.toString();
		}
		return value.isString() ? value.asString() : "";
	}

	// Append a piece to a text. A long stream has thousands of pieces, so do not copy the
	// text for each.
	static void append(ObjectNode object, String name, String piece) {
		if (object.get(name) instanceof POJONode pieces && pieces.getPojo() instanceof StringBuilder text) {
			text.append(piece);
		}
		else {
			object.putPOJO(name, new StringBuilder(text(object.path(name))).append(piece));
		}
	}

	private static JsonNode whole(JsonNode node) {
		if (node instanceof ObjectNode object) {
			object.properties().forEach((property) -> property.setValue(whole(property.getValue())));
		}
		else {
			node.forEach(Endpoint::whole);
		}
		return (node instanceof POJONode) ? NODES.stringNode(text(node)) : node;
	}

}
