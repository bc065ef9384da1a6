package dev.braintrust.spring.content;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.autoconfigure.properties.SettingsSource;
import dev.braintrust.spring.content.json.JsonPayload;
import dev.braintrust.spring.export.otlp.SpanEncoder;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.support.PayloadJson;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of {@link ContentWriter}.
 */
class ContentWriterTests {

	private final SdkTracerProvider provider = SdkTracerProvider.builder().build();

	private final List<String> filtered = new ArrayList<>();

	private final ProjectSettings settings = settings();

	private final SpanTemplate template = SpanTemplate.of(this.settings, "{}").withType(SpanType.TASK);

	private final SpanContent content = new SpanContent(this.settings, List::of, new JsonBuffers(), null);

	@Test
	void textThatSeveralSpansCarryIsTheSameAsWrittenAlone() {
		String text = "line\n\"quoted\" é \ud83d\ude00 ".repeat(50);
		SpanFields first = new SpanFields();
		first.input(new Texts("short", text, text));
		first.output(text);
		SpanFields second = new SpanFields();
		second.input(new Texts(text, "x".repeat(300), text));
		second.metadata("note", text);
		try (ContentWriter writer = this.content.writer()) {
			assertThat(json(writer.write(span(), this.template, first), "input_json"))
				.isEqualTo(this.content.json(List.of("short", text, text)));
			SpanData again = writer.write(span(), this.template, second);
			assertThat(json(again, "input_json")).isEqualTo(this.content.json(List.of(text, "x".repeat(300), text)));
			assertThat(json(again, "metadata")).isEqualTo("{\"note\":" + this.content.json(text) + "}");
			assertThat(json(writer.write(span(), this.template, first), "output_json"))
				.isEqualTo(this.content.json(text));
		}
	}

	@Test
	void filterIsAskedOnceForATextThatSeveralSpansCarry() {
		String text = "x".repeat(300);
		SpanFields fields = new SpanFields();
		fields.output(text);
		ContentFilter filter = (seen, field) -> {
			this.filtered.add(seen);
			return "masked";
		};
		SpanContent content = new SpanContent(this.settings, () -> List.of(filter), new JsonBuffers(), null);
		try (ContentWriter writer = content.writer()) {
			assertThat(json(writer.write(span(), this.template, fields), "output_json")).isEqualTo("\"masked\"");
			assertThat(json(writer.write(span(), this.template, fields), "output_json")).isEqualTo("\"masked\"");
		}
		assertThat(this.filtered).containsExactly(text);
	}

	@Test
	void valueThatCannotBeWrittenIsANoteAndTheRestStays() {
		SpanFields fields = new SpanFields();
		fields.input(new Broken());
		fields.output("fine");
		fields.metadata("model", "m");
		fields.metadata("tools", new Broken());
		fields.metric("tokens", 3);
		try (ContentWriter writer = this.content.writer()) {
			SpanData span = writer.write(span(), this.template, fields);
			assertThat(json(span, "input_json")).isEqualTo("\"[not recorded]\"");
			assertThat(json(span, "output_json")).isEqualTo("\"fine\"");
			assertThat(json(span, "metadata")).startsWith("{\"model\":\"m\",\"tools\":\"[not recorded]\"}");
			assertThat(json(span, "metrics")).isEqualTo("{\"tokens\":3}");
		}
	}

	@Test
	void filterSeesTheNamesOfPropertiesAndIsAskedOnceForEach() {
		SpanFields fields = new SpanFields();
		fields.input(this.content.capture(List.of(Map.of("anna@example.com", 3), Map.of("anna@example.com", 4),
				Map.of("in", Map.of("anna@example.com", List.of()))), fields));
		fields.output(new Raw("{\"anna@example.com\":{\"a\":\"anna@example.com\"}}"));
		SpanData written = filtered(fields);
		assertThat(json(written, "input_json")).isEqualTo("[{\"[mail]\":3},{\"[mail]\":4},{\"in\":{\"[mail]\":[]}}]");
		assertThat(json(written, "output_json")).isEqualTo("{\"[mail]\":{\"a\":\"[mail]\"}}");
		assertThat(this.filtered.stream().filter("anna@example.com"::equals)).hasSize(3);
	}

	@Test
	void namesThatAFilterMakesTheSameAreNumberedSoThatAllValuesStay() {
		Map<String, Object> in = new LinkedHashMap<>();
		in.put("c@example.com", 3);
		in.put("d@example.com", 4);
		Map<String, Object> map = new LinkedHashMap<>();
		map.put("[mail] (2)", 0);
		map.put("a@example.com", 1);
		map.put("in", in);
		map.put("b@example.com", List.of(in, in));
		map.put("e@example.com", 5);
		SpanFields fields = new SpanFields();
		fields.input(this.content.capture(map, fields));
		String inner = "{\"[mail]\":3,\"[mail] (2)\":4}";
		assertThat(json(filtered(fields), "input_json")).isEqualTo("{\"[mail] (2)\":0,\"[mail]\":1,\"in\":" + inner
				+ ",\"[mail] (3)\":[" + inner + "," + inner + "],\"[mail] (4)\":5}");
	}

	@Test
	void nameThatAFilterDropsTakesTheFieldWithIt() {
		SpanFields fields = new SpanFields();
		fields.input(this.content.capture(Map.of("secret", 1), fields));
		SpanContent content = new SpanContent(this.settings,
				() -> List.of((text, field) -> text.equals("secret") ? null : text), new JsonBuffers(), null);
		try (ContentWriter writer = content.writer()) {
			assertThat(json(writer.write(span(), this.template, fields), "input_json"))
				.isEqualTo("\"[dropped by a content filter]\"");
		}
	}

	@Test
	void namesOfAPromptAndOfMetadataAreStructure() {
		SpanFields fields = new SpanFields();
		fields.metadata("prompt", this.content
			.capture(new TreeMap<>(Map.of("id", "p@example.com", "variables", Map.of("anna@example.com", 1))), fields));
		fields.metadata("own@example.com", this.content.capture(Map.of("own@example.com", 1), fields));
		SpanContent content = new SpanContent(this.settings,
				() -> List.of((text, field) -> text.contains("@") ? "[mail]" : "x"), new JsonBuffers(), null);
		try (ContentWriter writer = content.writer()) {
			assertThat(json(writer.write(span(), this.template, fields), "metadata"))
				.isEqualTo("{\"prompt\":{\"id\":\"[mail]\",\"variables\":{\"[mail]\":\"x\"}},"
						+ "\"own@example.com\":{\"own@example.com\":1}}");
		}
	}

	@Test
	void longNumbersNamesAndDeepTreesAreFilteredAndKept() {
		String digits = "9".repeat(2000);
		String name = "n".repeat(60_000);
		String deep = "[".repeat(450) + "1" + "]".repeat(450);
		SpanFields fields = new SpanFields();
		fields.input(new Raw("{\"number\":" + digits + ",\"" + name + "\":1.5e" + "1".repeat(1200) + "}"));
		fields.output(new Raw("{\"x\":" + "{\"y\":".repeat(40) + deep + "}".repeat(40) + "}"));
		SpanData written = filtered(fields);
		assertThat(json(written, "input_json"))
			.isEqualTo("{\"number\":" + digits + ",\"" + name + "\":1.5e" + "1".repeat(1200) + "}");
		assertThat(json(written, "output_json"))
			.isEqualTo("{\"x\":" + "{\"y\":".repeat(40) + deep + "}".repeat(40) + "}");
	}

	private SpanData filtered(SpanFields fields) {
		ContentFilter filter = (seen, field) -> {
			this.filtered.add(seen);
			return seen.endsWith("@example.com") ? "[mail]" : seen;
		};
		SpanContent content = new SpanContent(this.settings, () -> List.of(filter), new JsonBuffers(), null);
		try (ContentWriter writer = content.writer()) {
			return writer.write(span(), this.template, fields);
		}
	}

	@Test
	void projectOfASpanCannotBeSetFromOutside() {
		Span span = this.provider.get("test")
			.spanBuilder("span")
			.setAttribute("braintrust.parent", "project_name:other")
			.setAttribute("braintrust.span_attributes", "{\"type\":\"eval\"}")
			.startSpan();
		span.end();
		try (ContentWriter writer = this.content.writer()) {
			SpanData written = writer.write(((ReadableSpan) span).toSpanData(), this.template, new SpanFields());
			assertThat(json(written, "parent")).isEqualTo("project_name:support");
			assertThat(json(written, "span_attributes")).isEqualTo("{\"type\":\"eval\"}");
		}
	}

	@Test
	void errorsAreEventsWithinTheSpanAndItsStatus() {
		SpanFields fields = new SpanFields();
		fields.error(new IllegalStateException("first"), 1, Attributes.empty());
		fields.error(new Unspeakable(), Long.MAX_VALUE, Attributes.of(AttributeKey.stringKey("extra"), "1"));
		Span span = this.provider.get("test").spanBuilder("span").startSpan().setStatus(StatusCode.ERROR);
		span.end();
		try (ContentWriter writer = this.content.writer()) {
			SpanData written = writer.write(((ReadableSpan) span).toSpanData(), this.template, fields);
			assertThat(written.getEvents()).hasSize(2).allSatisfy((event) -> {
				assertThat(event.getName()).isEqualTo("exception");
				assertThat(event.getEpochNanos()).isBetween(written.getStartEpochNanos(), written.getEndEpochNanos());
			});
			assertThat(written.getEvents().get(1).getAttributes().get(AttributeKey.stringKey("extra"))).isEqualTo("1");
			assertThat(written.getStatus().getDescription()).isEqualTo(Unspeakable.class.getName());
			assertThat(written.getTotalRecordedEvents()).isEqualTo(2);
		}
	}

	@Test
	void errorThatKnowsNothingOfItselfHasItsTypeAndItsPlaces() {
		SpanFields fields = new SpanFields();
		fields.error(new RuntimeException("odd") {

			@Override
			public synchronized Throwable getCause() {
				throw new IllegalStateException("no cause");
			}

		}, 1, Attributes.empty());
		try (ContentWriter writer = this.content.writer()) {
			SpanData written = writer.write(span(), this.template, fields);
			assertThat(written.getEvents().get(0).getAttributes().get(AttributeKey.stringKey("exception.stacktrace")))
				.contains("ContentWriterTests");
		}
	}

	@ParameterizedTest
	@ValueSource(classes = { IllegalStateException.class, IOException.class, StackOverflowError.class,
			OutOfMemoryError.class, InternalError.class, Throwable.class })
	void spanWhosePartsThrowAnythingTakesNothingFromTheOthers(Class<? extends Throwable> type) throws Exception {
		Throwable failure = type.getDeclaredConstructor(String.class).newInstance("secret");
		SpanFields poisoned = new SpanFields();
		poisoned.error(new Poisoned(failure), 1, Attributes.empty());
		poisoned.input(new Poison(failure));
		poisoned.metadata("tools", new Poison(failure));
		poisoned.output("fine");
		assertThat(ContentWriter.size(span(), poisoned)).isPositive();
		try (ContentWriter writer = this.content.writer()) {
			SpanData span = writer.write(span(), this.template, poisoned);
			assertThat(json(span, "input_json")).isEqualTo("\"[not recorded]\"");
			assertThat(json(span, "metadata")).isEqualTo("{\"tools\":\"[not recorded]\"}");
			assertThat(json(span, "output_json")).isEqualTo("\"fine\"");
			assertThat(span.getEvents()).hasSize(1);
			SpanFields next = new SpanFields();
			next.input("next");
			assertThat(json(writer.write(span(), this.template, next), "input_json")).isEqualTo("\"next\"");
		}
	}

	@Test
	void valueThatVanishesFromTheMetadataIsAnAttributeOfTheConventions() {
		SpanFields fields = new SpanFields();
		fields.metadata("temperature", 0.5f);
		fields.metadata("stop", "END");
		fields.metadata("max_tokens", "100");
		fields.metadata("top_p", 1);
		fields.metadata("model", "m");
		fields.error(new IllegalStateException("x"), 1, Attributes.empty());
		ProjectSettings genAi = settings("gen-ai");
		try (ContentWriter writer = new SpanContent(genAi, List::of, new JsonBuffers(), null).writer()) {
			SpanData written = writer.write(span(), SpanTemplate.of(genAi, "{}").withType(SpanType.LLM), fields);
			assertThat(json(written, "metadata")).isEqualTo("{\"stop\":\"END\",\"max_tokens\":\"100\"}");
			assertThat(written.getAttributes().asMap())
				.containsEntry(AttributeKey.doubleKey("gen_ai.request.temperature"), 0.5)
				.containsEntry(AttributeKey.doubleKey("gen_ai.request.top_p"), 1.0)
				.containsEntry(AttributeKey.stringKey("gen_ai.request.model"), "m")
				.containsEntry(AttributeKey.stringKey("error.type"), "java.lang.IllegalStateException");
		}
	}

	@Test
	void noteIsAMessageWhereTheConventionsWantMessages() {
		SpanFields fields = new SpanFields();
		fields.input("secret");
		fields.output("secret");
		ProjectSettings genAi = settings("gen-ai");
		SpanContent content = new SpanContent(genAi, () -> List.of((text, field) -> null), new JsonBuffers(), null);
		try (ContentWriter writer = content.writer()) {
			SpanData written = writer.write(span(), SpanTemplate.of(genAi, "{}").withType(SpanType.TASK), fields);
			String input = written.getAttributes().get(AttributeKey.stringKey("gen_ai.input.messages"));
			assertThat(input).contains("[dropped by a content filter]");
			assertThat(PayloadJson.errors("input-messages", input)).isEmpty();
			assertThat(PayloadJson.errors("output-messages",
					written.getAttributes().get(AttributeKey.stringKey("gen_ai.output.messages"))))
				.isEmpty();
		}
	}

	@Test
	void numberThatCountsOnIsReadAtOnce() {
		AtomicLong count = new AtomicLong(1);
		Number captured = this.content.captureNumber(count);
		count.set(99);
		assertThat(captured).isEqualTo(1.0);
		assertThat(this.content.captureNumber(new BigDecimal("1.10"))).isEqualTo(new BigDecimal("1.10"));
	}

	@Test
	void spanThatIsKeptStaysReadableOnceItIsReleasedAndNoOtherDoes() {
		SpanFields fields = new SpanFields();
		fields.output("fine");
		try (ContentWriter writer = this.content.writer()) {
			SpanData written = writer.write(span(), this.template, fields);
			SpanData kept = ContentWriter.keep(written);
			ContentWriter.release(Arrays.asList(written, null));
			assertThat(json(kept, "output_json")).isEqualTo("\"fine\"");
			assertThat(kept.getAttributes()).isEqualTo(ContentWriter.keep(kept).getAttributes());
			assertThatIllegalStateException().isThrownBy(() -> json(written, "output_json"));
		}
	}

	@Test
	void nameThatOthersHaveSetWithSeveralTypesIsSentOnce() throws Exception {
		Span span = this.provider.get("test")
			.spanBuilder("span")
			.setAttribute("size", 1L)
			.setAttribute("braintrust.input_json", 1L)
			.startSpan()
			.setAttribute("size", 2.0)
			.setAttribute("size", "large")
			.setAttribute("braintrust.input_json", "theirs")
			.setAttribute("braintrust.input_json", true);
		span.end();
		SpanFields fields = new SpanFields();
		fields.input("ours");
		try (ContentWriter writer = this.content.writer()) {
			SpanData written = writer.write(((ReadableSpan) span).toSpanData(), this.template, fields);
			assertThat(sent(written)).extracting(KeyValue::getKey)
				.doesNotHaveDuplicates()
				.contains("size", "braintrust.input_json");
			assertThat(json(written, "input_json")).isEqualTo("\"ours\"");
		}
	}

	@Test
	void spanWhoseOnlyFieldIsEmptyIsSent() throws Exception {
		SpanFields fields = new SpanFields();
		fields.input(new Raw(""));
		SpanData written;
		try (ContentWriter writer = this.content.writer()) {
			written = writer.write(span(), this.template, fields);
		}
		assertThat(sent(written)).extracting(KeyValue::getKey).contains("braintrust.input_json");
	}

	private static List<KeyValue> sent(SpanData span) throws InvalidProtocolBufferException {
		return ExportTraceServiceRequest.parseFrom(SpanEncoder.encode(List.of(span)))
			.getResourceSpans(0)
			.getScopeSpans(0)
			.getSpans(0)
			.getAttributesList();
	}

	private static String json(SpanData span, String name) {
		return span.getAttributes().get(AttributeKey.stringKey("braintrust." + name));
	}

	private SpanData span() {
		Span span = this.provider.get("test").spanBuilder("span").startSpan();
		span.end();
		return ((ReadableSpan) span).toSpanData();
	}

	private static ProjectSettings settings() {
		return settings("braintrust");
	}

	private static ProjectSettings settings(String format) {
		return new SettingsSource(null).property("braintrust.capture.format", format).settings();
	}

	@SuppressWarnings("unchecked")
	private static <X extends Throwable> RuntimeException sneak(Throwable failure) throws X {
		throw (X) failure;
	}

	/**
	 * A payload of texts.
	 */
	private static final class Texts extends JsonPayload {

		private final List<String> texts;

		Texts(String... texts) {
			this.texts = List.of(texts);
		}

		@Override
		public long size() {
			return 0;
		}

		@Override
		public void serialize(JsonGenerator json, SerializationContext context) {
			json.writeStartArray();
			for (String text : this.texts) {
				ContentJson.text(json, context, text);
			}
			json.writeEndArray();
		}

	}

	/**
	 * A payload with a tool's JSON.
	 */
	private static final class Raw extends JsonPayload {

		private final String json;

		Raw(String json) {
			this.json = json;
		}

		@Override
		public long size() {
			return 0;
		}

		@Override
		public void serialize(JsonGenerator json, SerializationContext context) {
			ContentJson.raw(json, context, this.json);
		}

	}

	/**
	 * A payload that fails halfway.
	 */
	private static final class Broken extends JsonPayload {

		@Override
		public long size() {
			return 0;
		}

		@Override
		public void serialize(JsonGenerator json, SerializationContext context) {
			json.writeStartArray();
			throw new IllegalStateException("broken");
		}

	}

	/**
	 * An error whose message cannot be read.
	 */
	@SuppressWarnings("serial")
	private static final class Unspeakable extends RuntimeException {

		@Override
		public String getMessage() {
			throw new IllegalStateException("no words");
		}

	}

	/**
	 * A payload that throws any error from any method.
	 */
	private static final class Poison extends JsonPayload {

		private final Throwable failure;

		Poison(Throwable failure) {
			this.failure = failure;
		}

		@Override
		public long size() {
			throw ContentWriterTests.<RuntimeException>sneak(this.failure);
		}

		@Override
		public void serialize(JsonGenerator json, SerializationContext context) {
			json.writeStartObject();
			throw ContentWriterTests.<RuntimeException>sneak(this.failure);
		}

	}

	/**
	 * An error that throws from each of its methods.
	 */
	@SuppressWarnings("serial")
	private static final class Poisoned extends RuntimeException {

		private final Throwable failure;

		Poisoned(Throwable failure) {
			this.failure = failure;
		}

		@Override
		public String getMessage() {
			throw ContentWriterTests.<RuntimeException>sneak(this.failure);
		}

		@Override
		public StackTraceElement[] getStackTrace() {
			throw ContentWriterTests.<RuntimeException>sneak(this.failure);
		}

		@Override
		public String toString() {
			throw ContentWriterTests.<RuntimeException>sneak(this.failure);
		}

	}

}
