package dev.braintrust.spring.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.Attachments;
import dev.braintrust.spring.ProjectTracer;

/**
 * Example traces: a conversation with a tool and a photo, a failed call, and hostile
 * output of a model.
 */
final class ShownTraces {

	static final String HOSTILE = "<img src=x onerror=\"window.hacked=1\"><script>window.hacked=1</script>"
			+ "[click](javascript:window.hacked=1) ![pixel](https://evil.example/pixel.png) "
			+ "<a href=\"javascript:window.hacked=1\">link</a> [data](data:text/html,<script>window.hacked=1</script>)";

	private static final Map<String, Object> LOOK_UP = Map.of("type", "function", "function",
			Map.of("name", "lookUpOrder", "description", "Looks up an order by its number", "parameters",
					Map.of("type", "object", "properties", Map.of("number", Map.of("type", "integer")))));

	private final ProjectTracer tracer;

	private final Runnable model;

	ShownTraces(ProjectTracer tracer) {
		this(tracer, () -> {
		});
	}

	// The runnable simulates the duration of a model call.
	ShownTraces(ProjectTracer tracer, Runnable model) {
		this.tracer = tracer;
		this.model = model;
	}

	static Attachment photo() {
		try (InputStream content = Files.newInputStream(Path.of("../sample-app/src/main/resources/photos/lamp.png"))) {
			return Attachments.of(content.readAllBytes(), "image/png").named("lamp.png");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static Map<String, Object> message(String role, Object content) {
		return Map.of("role", role, "content", content);
	}

	private static List<Object> choice(Map<String, ?> message, String reason) {
		return List.of(Map.of("index", 0, "finish_reason", reason, "message", message));
	}

	// A turn with a tool, and a turn with a photo.
	void conversation() {
		Map<String, Object> system = message("system", "You are the support agent of a lamp shop. Be kind and short.");
		Map<String, Object> question = message("user", "Where is my order 4712?");
		Map<String, Object> call = Map.of("role", "assistant", "content", "", "tool_calls",
				List.of(Map.of("id", "call_1", "type", "function", "function",
						Map.of("name", "lookUpOrder", "arguments", "{\"number\": 4712}"))));
		String order = "{\"number\": 4712, \"item\": \"Aurora desk lamp, blue\", \"state\": \"on its way\", "
				+ "\"arrives\": \"tomorrow\"}";
		String answer = "Your **Aurora desk lamp** is on its way:\n\n- order: `4712`\n- arrives: *tomorrow*\n\n"
				+ "See [the tracking page](https://example.com/track/4712).";
		this.tracer.taskSpan("answer").input("Where is my order 4712?").call((turn) -> {
			this.tracer.taskSpan("supportChat").input("Where is my order 4712?").call((task) -> {
				llm(List.of(system, question), choice(call, "tool_calls"), 240, 30);
				this.tracer.toolSpan("lookUpOrder").input(Map.of("number", 4712)).call((tool) -> order);
				llm(List.of(system, question, call, Map.of("role", "tool", "tool_call_id", "call_1", "content", order)),
						choice(message("assistant", answer), "stop"), 326, 52);
				return answer;
			});
			Map<String, Object> second = message("user",
					List.of(Map.of("type", "text", "text", "Does this one charge over USB-C?"),
							Map.of("type", "image_url", "image_url", Map.of("url", photo()))));
			this.tracer.taskSpan("supportChat").input("Does this one charge over USB-C?").call((task) -> {
				String said = "Yes, it has a USB-C port at the back.";
				llm(List.of(system, question, message("assistant", answer), second),
						choice(message("assistant", said), "stop"), 494, 23);
				return said;
			});
			return answer;
		});
	}

	private void llm(Object input, Object output, int prompt, int completion) {
		this.tracer.llmSpan("Chat Completion")
			.input(input)
			.metadata("model", "gpt-5-mini")
			.metadata("provider", "openai")
			.metadata("temperature", 0.2)
			.metadata("tools", List.of(LOOK_UP))
			.run((span) -> {
				this.model.run();
				span.metric("prompt_tokens", prompt)
					.metric("completion_tokens", completion)
					.metric("tokens", prompt + completion)
					.metric("time_to_first_token", 0.182)
					.output(output);
			});
	}

	void failure() {
		try {
			this.tracer.taskSpan("refund").input("Refund order 12").run((task) -> {
				try {
					this.tracer.toolSpan("issueRefund").input(Map.of("order", 12)).run((tool) -> {
						throw new IllegalStateException("The order 12 was refunded already");
					});
				}
				catch (IllegalStateException ex) {
					throw new IllegalArgumentException("No refund for the order 12", ex);
				}
			});
		}
		catch (IllegalArgumentException ex) {
			// The page shows the failure.
		}
	}

	void hostile() {
		this.tracer.taskSpan("hostile <b>name</b>").input(HOSTILE).call((task) -> {
			llm(List.of(message("user", HOSTILE)), choice(message("assistant", HOSTILE), "stop"), 1, 1);
			return HOSTILE;
		});
	}

	void rightToLeft() {
		this.tracer.taskSpan("عربي").input("أين طلبي رقم 4712؟").call((task) -> "طلبك في الطريق وسيصل غدًا.");
	}

	void huge() {
		this.tracer.taskSpan("huge").input("a").call((task) -> "Long ".repeat(400_000));
	}

	void traces(int count) {
		for (int i = 0; i < count; i++) {
			int number = i;
			this.tracer.taskSpan("trace " + i).input("question " + i).call((span) -> "answer " + number);
		}
	}

	// A trace with many spans, in a deep tree.
	void many(int count) {
		long start = System.currentTimeMillis();
		this.tracer.taskSpan("many").setStartTimestamp(start, TimeUnit.MILLISECONDS).run((root) -> {
			for (int i = 0; i < (count - 1) / 10; i++) {
				this.tracer.taskSpan("step " + i).input("step").run((step) -> {
					for (int j = 0; j < 9; j++) {
						this.tracer.toolSpan("tool " + j).input(Map.of("j", j)).call((tool) -> "done");
					}
				});
			}
		});
	}

}
