package dev.braintrust.spring.ai.message;

import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

import dev.braintrust.spring.Attachments;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.autoconfigure.BenchmarkTracers;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.content.Media;
import org.springframework.util.MimeTypeUtils;

/**
 * The costs of an image.
 * <ul>
 * <li>{@code bare}: the caller, with a text instead of the image
 * <li>{@code attachment}, {@code media}: the caller, with the image as a separate object
 * or in a message
 * <li>{@code base64}: the caller and the worker, with the image as base64
 * <li>{@code scanned}: for comparison, base64 in a Jackson tree that is written, found by
 * a regular expression, read, and written again with a reference instead of the base64
 * </ul>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class AttachmentBenchmark {

	private static final Pattern DATA_URL = Pattern.compile("data:[\\w.+-]+/[\\w.+-]+;base64,[A-Za-z0-9+/]{20,}={0,2}");

	private static final JsonMapper JSON = JsonMapper.builder().build();

	@Param({ "100000", "1000000", "10000000" })
	private int size;

	private byte[] image;

	private UserMessage message;

	private ProjectTracer caller;

	private ProjectTracer writer;

	@Setup
	public void setUp() {
		this.image = new byte[this.size];
		new Random(1).nextBytes(this.image);
		this.message = UserMessage.builder()
			.text("What is it?")
			.media(Media.builder().mimeType(MimeTypeUtils.IMAGE_PNG).data(this.image).build())
			.build();
		this.caller = BenchmarkTracers.recording();
		this.writer = BenchmarkTracers.writingBase64();
	}

	@Benchmark
	public void bare() {
		record(this.caller, "What is it?");
	}

	@Benchmark
	public void attachment() {
		record(this.caller, List.of("What is it?", Attachments.of(this.image, "image/png")));
	}

	@Benchmark
	public void media() {
		record(this.caller, new ChatMessages(List.of(this.message)));
	}

	@Benchmark
	public void base64() {
		record(this.writer, new ChatMessages(List.of(this.message)));
	}

	private static void record(ProjectTracer tracer, Object input) {
		tracer.rootSpan("turn").input(input).run((span) -> {
		});
	}

	@Benchmark
	public String scanned() {
		ArrayNode messages = JSON.createArrayNode();
		messages.addObject()
			.put("role", "user")
			.putArray("content")
			.addObject()
			.put("type", "image_url")
			.putObject("image_url")
			.put("url", "data:image/png;base64," + Base64.getEncoder().encodeToString(this.image));
		String json = JSON.writeValueAsString(messages);
		if (!DATA_URL.matcher(json).find()) {
			throw new IllegalStateException("Not found");
		}
		JsonNode tree = JSON.readTree(json);
		ObjectNode url = (ObjectNode) tree.at("/0/content/0/image_url");
		byte[] bytes = Base64.getDecoder().decode(url.get("url").asString().substring("data:image/png;base64,".length()));
		url.putObject("url").put("type", "braintrust_attachment").put("key", String.valueOf(bytes.length));
		return JSON.writeValueAsString(tree);
	}

}
