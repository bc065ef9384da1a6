package dev.braintrust.spring.specification;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import dev.braintrust.spring.ai.http.ProviderServer.Answer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A recorded answer of a provider, as a call and as a stream: one is recorded, the other
 * converted as the provider would have sent it.
 */
record WireAnswer(String file, String body) {

	private static final JsonMapper JSON = JsonMapper.builder().build();

	static WireAnswer of(String file) {
		try (InputStream input = WireAnswer.class.getResourceAsStream("/specification/recordings/" + file)) {
			return new WireAnswer(file, new String(input.readAllBytes(), StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	Answer sent(boolean stream) {
		boolean events = this.file.endsWith(".txt");
		if (stream) {
			return Answer.events(events ? this.body : events());
		}
		return Answer.json(200, events ? whole() : this.body);
	}

	private String events() {
		JsonNode answer = JSON.readTree(this.body);
		if (this.file.startsWith("v1_messages")) {
			return anthropicEvents(answer);
		}
		return this.file.startsWith("responses") ? responsesEvents(answer) : AnswerFormat.stream(answer);
	}

	private String whole() {
		if (this.file.startsWith("v1_messages")) {
			return anthropicWhole();
		}
		return AnswerFormat.whole(this.body).toString();
	}

	private static String anthropicEvents(JsonNode message) {
		List<ObjectNode> events = new ArrayList<>();
		ObjectNode start = (ObjectNode) message.deepCopy();
		start.putArray("content");
		start.putNull("stop_reason");
		event(events, "message_start").set("message", start);
		for (int i = 0; i < message.get("content").size(); i++) {
			ObjectNode block = (ObjectNode) message.get("content").get(i).deepCopy();
			String text = block.path("text").asString("");
			event(events, "content_block_start").put("index", i).set("content_block", block.put("text", ""));
			for (String word : text.split("(?= )")) {
				event(events, "content_block_delta").put("index", i)
					.putObject("delta")
					.put("type", "text_delta")
					.put("text", word);
			}
			event(events, "content_block_stop").put("index", i);
		}
		ObjectNode end = event(events, "message_delta");
		end.putObject("delta").set("stop_reason", message.get("stop_reason"));
		// The usage so far, without the details of cache writes.
		ObjectNode usage = (ObjectNode) message.get("usage").deepCopy();
		usage.remove(List.of("cache_creation", "service_tier", "inference_geo"));
		end.set("usage", usage);
		event(events, "message_stop");
		return text(events);
	}

	private String anthropicWhole() {
		StringBuilder text = new StringBuilder();
		ObjectNode[] message = new ObjectNode[1];
		this.body.lines()
			.filter((line) -> line.startsWith("data: {"))
			.map((line) -> JSON.readTree(line.substring("data: ".length())))
			.forEach((event) -> {
				if (event.has("message")) {
					message[0] = (ObjectNode) event.get("message");
				}
				text.append(event.at("/delta/text").asString(""));
				if (event.at("/delta/stop_reason").isString()) {
					message[0].set("stop_reason", event.at("/delta/stop_reason"));
					((ObjectNode) message[0].get("usage")).set("output_tokens", event.at("/usage/output_tokens"));
				}
			});
		message[0].putArray("content").addObject().put("type", "text").put("text", text.toString());
		return message[0].toString();
	}

	private static String responsesEvents(JsonNode response) {
		List<ObjectNode> events = new ArrayList<>();
		ObjectNode created = (ObjectNode) response.deepCopy();
		created.putArray("output");
		event(events, "response.created").put("sequence_number", 0).set("response", created);
		for (int i = 0; i < response.get("output").size(); i++) {
			JsonNode item = response.get("output").get(i);
			event(events, "response.output_item.added").put("sequence_number", 1)
				.put("output_index", i)
				.set("item", item);
			event(events, "response.output_text.delta").put("sequence_number", 2)
				.put("output_index", i)
				.put("item_id", item.get("id").asString())
				.put("content_index", 0)
				.put("delta", "a word");
			event(events, "response.output_item.done").put("sequence_number", 3)
				.put("output_index", i)
				.set("item", item);
		}
		event(events, "response.completed").put("sequence_number", 4).set("response", response);
		return text(events);
	}

	private static ObjectNode event(List<ObjectNode> events, String type) {
		ObjectNode event = JsonNodeFactory.instance.objectNode().put("type", type);
		events.add(event);
		return event;
	}

	private static String text(List<ObjectNode> events) {
		return events.stream()
			.map((event) -> "event: " + event.get("type").asString() + "\ndata: " + event + "\n\n")
			.collect(Collectors.joining());
	}

	@Override
	public String toString() {
		return this.file;
	}

}
