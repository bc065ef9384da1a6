package dev.braintrust.spring.content.json;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.braintrust.spring.Attachments;
import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.autoconfigure.properties.SettingsSource;
import dev.braintrust.spring.content.ContentWriter;
import dev.braintrust.spring.content.JsonBuffers;
import dev.braintrust.spring.content.SpanContent;
import dev.braintrust.spring.content.SpanFields;
import dev.braintrust.spring.content.SpanTemplate;
import dev.braintrust.spring.content.SpanType;
import dev.braintrust.spring.content.library.Jackson2Tests;
import dev.braintrust.spring.settings.ProjectSettings;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that any value in a span is captured without a failure and sent as JSON, and that
 * lazy values in it are not consumed.
 */
class AnyValueTests {

	private static final String SECRET = "anna@example.com";

	private static final JsonMapper JSON = JsonMapper.builder(JsonCopy.JSON).build();

	private final List<String> consumed = new ArrayList<>();

	private final SdkTracerProvider provider = SdkTracerProvider.builder().build();

	@Test
	void anyGraphOfObjectsBecomesJson() {
		ProjectSettings settings = settings();
		SpanTemplate template = SpanTemplate.of(settings, "{}").withType(SpanType.TASK);
		ContentFilter filter = (text, field) -> text.replace(SECRET, "[mail]");
		SpanContent plain = new SpanContent(settings, List::of, new JsonBuffers(), null);
		SpanContent filtered = new SpanContent(settings, () -> List.of(filter), new JsonBuffers(), null);
		for (int seed = 0; seed < 2000; seed++) {
			Object value = new Graph(new Random(seed)).value(0);
			SpanFields fields = new SpanFields();
			fields.input(plain.capture(value, fields));
			JsonNode written = written(plain, template, fields);
			// New fields, because the results of filters on attachments are kept with
			// the span.
			SpanFields again = new SpanFields();
			again.input(filtered.capture(value, again));
			JsonNode shown = written(filtered, template, again);
			assertThat(shown.toString()).as("seed %s", seed).doesNotContain(SECRET);
			assertThat(shown.size()).as("seed %s", seed).isEqualTo(written.size());
		}
		assertThat(this.consumed).isEmpty();
	}

	private JsonNode written(SpanContent content, SpanTemplate template, SpanFields fields) {
		Span span = this.provider.get("test").spanBuilder("span").startSpan();
		span.end();
		try (ContentWriter writer = content.writer()) {
			SpanData written = writer.write(((ReadableSpan) span).toSpanData(), template, fields);
			return JSON.readTree(written.getAttributes().get(AttributeKey.stringKey("braintrust.input_json")));
		}
	}

	private static ProjectSettings settings() {
		return new SettingsSource(null).property("braintrust.capture.max-field-size", "20KB").settings();
	}

	/**
	 * Random object graphs.
	 */
	private final class Graph {

		private final Random random;

		private final List<Object> made = new ArrayList<>();

		Graph(Random random) {
			this.random = random;
		}

		Object value(int depth) {
			int kind = this.random.nextInt((depth > 5) ? 24 : 34);
			return (kind < 24) ? leaf(kind) : node(kind - 24, depth + 1);
		}

		private Object leaf(int kind) {
			return switch (kind) {
				case 0 -> SECRET;
				case 1 -> "half \ud83d";
				case 2 -> "data:image/png;base64,iVBORw0KGgo-_w";
				case 3 -> Double.NaN;
				case 4 -> new java.math.BigInteger("7".repeat(1200));
				case 5 -> new byte[3];
				case 6 -> Stream.of(1).peek((one) -> consumed("stream"));
				case 7 -> (Supplier<Object>) () -> consumed("supplier");
				case 8 -> (Iterable<Object>) () -> (Iterator<Object>) consumed("iterable");
				case 9 -> Flux.defer(() -> (Flux<?>) consumed("flux"));
				case 10 -> new FutureTask<>(() -> consumed("future"));
				case 11 -> CompletableFuture.supplyAsync(() -> consumed("future"), (task) -> {
				});
				case 12 -> new Failing();
				case 13 -> new SpanJsonTests.Money(1, SECRET);
				case 14 -> JsonNodeFactory.instance.objectNode().put(SECRET, SECRET).putPOJO("p", new Failing());
				case 15 -> JsonMapper.shared().createArrayNode().add(SECRET).addPOJO(new Failing());
				case 16 -> new JsonPrimitive(Float.POSITIVE_INFINITY);
				case 17 -> Timestamp.getDefaultInstance();
				case 18 -> ByteString.EMPTY;
				case 19 -> Attachments.of(new byte[5], "text/plain").named(SECRET);
				case 20 -> Attachments.ofUrl("https://example.com/" + SECRET);
				case 21 -> new IllegalStateException(SECRET);
				case 22 -> this.made.isEmpty() ? "none" : this.made.get(this.random.nextInt(this.made.size()));
				default -> this.random.nextInt();
			};
		}

		private Object node(int kind, int depth) {
			if (kind < 4) {
				Map<Object, Object> map = new LinkedHashMap<>();
				this.made.add(map);
				for (int i = this.random.nextInt(5); i > 0; i--) {
					map.put((this.random.nextInt(3) > 0) ? SECRET + " ".repeat(this.random.nextInt(2)) : i,
							value(depth));
				}
				return map;
			}
			if (kind < 8) {
				List<Object> list = new ArrayList<>();
				this.made.add(list);
				for (int i = this.random.nextInt(5); i > 0; i--) {
					list.add(value(depth));
				}
				return (kind < 6) ? list : list.toArray();
			}
			return (kind == 8) ? new Pair(value(depth), value(depth))
					: new Jackson2Tests.Card(SECRET, List.of(SECRET), Map.of(SECRET, 1), SECRET);
		}

		private Object consumed(String what) {
			AnyValueTests.this.consumed.add(what);
			throw new AssertionError("consumed");
		}

	}

	record Pair(Object one, Object other) {
	}

	public static final class Failing {

		public Object getFirst() {
			return List.of(1);
		}

		public Object getNext() {
			throw new IllegalStateException(SECRET);
		}

	}

}
