package dev.braintrust.spring.content.json;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonIdentityInfo;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.annotation.ObjectIdGenerators;
import com.zaxxer.hikari.HikariDataSource;
import dev.braintrust.spring.content.JsonBuffers;
import dev.braintrust.spring.settings.ProjectSettings.AttachmentsMode;
import io.opentelemetry.api.trace.Span;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.ObjectFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.mock.web.MockMultipartFile;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link SpanJson}.
 */
@ExtendWith(OutputCaptureExtension.class)
class SpanJsonTests {

	private static final JsonMapper JACKSON = JsonMapper.builder().build();

	private final SpanJson json = new SpanJson(new JsonBuffers().valueMapper(), AttachmentsMode.BASE64);

	static List<Object> values() {
		return List.of(1, -1, Integer.MIN_VALUE, Long.MAX_VALUE, 0.25, 1e10, true, "", "gpt-4o-mini_2024.07", "a b",
				"quote \" backslash \\ slash /", "line\nbreak\ttab", "\u0000\u001f\u007f", "é\u2028", "é",
				"x".repeat(64), "x".repeat(65), "x".repeat(100_000), "é\n".repeat(100_000), List.of("a", 1),
				Map.of("key", "value"), new int[] { 1, 2 }, Optional.of("a"), OptionalInt.empty(), TimeUnit.DAYS,
				UUID.randomUUID(), Instant.EPOCH, LocalDate.EPOCH, Duration.ofDays(1), new Date(0),
				new BigDecimal("1.10"), Path.of("a"), new Order("o-1", List.of(new Item("pen", 2))),
				Map.of(1, "one", 2L, List.of()), Map.of(TimeUnit.DAYS, 1), new Annotated(),
				JACKSON.readTree("{\"a\":[1]}"));
	}

	@ParameterizedTest
	@MethodSource("values")
	void valuesAreWrittenAsJacksonWritesThem(Object value) {
		assertThat(this.json.write(value)).isEqualTo(JACKSON.writeValueAsString(value));
	}

	@Test
	void nullIsNull() {
		assertThat(this.json.write(null)).isEqualTo("null");
	}

	@ParameterizedTest
	@ValueSource(strings = { "smile \ud83d\ude00", "cut \ud83d", "\ude00 cut", "\ud83d\ud83d\ude00" })
	void characterBeyondTheBasicPlaneIsKeptWholeOrHalf(String text) {
		assertThat(JACKSON.readTree(this.json.write(text)).asString()).isEqualTo(text);
		assertThat(JACKSON.readTree(this.json.write(new Holder(text.repeat(5000)))).path("held").asString())
			.isEqualTo(text.repeat(5000));
	}

	@Test
	void bytesAreANoteOfTheirNumber() {
		record Upload(String name, byte[] content, ByteBuffer buffer) {
		}
		ByteBuffer buffer = ByteBuffer.wrap(new byte[3]);
		assertThat(this.json.write(new Upload("a.png", new byte[1234], buffer)))
			.isEqualTo("{\"name\":\"a.png\",\"content\":\"[1234 bytes]\",\"buffer\":\"[3 bytes]\"}");
		assertThat(buffer.remaining()).isEqualTo(3);
		assertThat(this.json.write(new byte[2])).isEqualTo("\"[2 bytes]\"");
	}

	static List<Supplier<Object>> opaque() {
		return List.of(() -> new ByteArrayInputStream(new byte[1]), () -> Stream.of(1), () -> List.of(1).iterator(),
				() -> IntStream.range(0, 3), () -> new ByteArrayResource(new byte[1]),
				() -> new MockMultipartFile("a", new byte[1]), SpanJsonTests::blob, HikariDataSource::new,
				() -> CompletableFuture.completedFuture(1), Thread::currentThread, () -> Span.getInvalid(),
				SpanJsonTests::cursor, () -> new Closeable(), () -> List.of(1).spliterator(),
				() -> (Supplier<Object>) SpanJsonTests::loaded, () -> (Callable<Object>) SpanJsonTests::loaded,
				() -> (ObjectFactory<Object>) SpanJsonTests::loaded, () -> new Loading(),
				() -> (Runnable) SpanJsonTests::loaded, () -> Mono.fromSupplier(SpanJsonTests::loaded),
				() -> Flux.defer(() -> Flux.just(loaded())), () -> new Money(1, "EUR"),
				() -> new ProxyFactory(new Broken()).getProxy(), () -> new ProxyFactory(javax.sql.DataSource.class,
						(org.aopalliance.intercept.MethodInterceptor) (call) -> "called")
					.getProxy());
	}

	private static Iterable<Object> cursor() {
		return SpanJsonTests::loadedIterator;
	}

	private static Iterator<Object> loadedIterator() {
		throw new AssertionError("consumed");
	}

	private static Object loaded() {
		throw new AssertionError("loaded");
	}

	private static Object blob() {
		try {
			return new javax.sql.rowset.serial.SerialBlob(new byte[1]);
		}
		catch (java.sql.SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@ParameterizedTest
	@MethodSource("opaque")
	void whatWouldBeConsumedLoadedOrOpenedIsANote(Supplier<Object> values) {
		Object value = values.get();
		String note = "\"[not recorded: " + value.getClass().getName() + "]\"";
		assertThat(this.json.write(value)).isEqualTo(note);
		Map<String, Object> around = new HashMap<>();
		around.put("value", value);
		assertThat(this.json.write(around)).isEqualTo("{\"value\":" + note + "}");
	}

	@Test
	void streamsAndIteratorsAreLeftAsTheyAre() throws Exception {
		record Sources(InputStream stream, Iterator<Integer> iterator, Stream<Integer> elements) {
		}
		Sources sources = new Sources(new ByteArrayInputStream(new byte[3]), List.of(1, 2).iterator(), Stream.of(1, 2));
		assertThat(this.json.write(sources)).contains("not recorded: java.io.ByteArrayInputStream");
		assertThat(sources.stream().available()).isEqualTo(3);
		assertThat(sources.iterator().next()).isEqualTo(1);
		assertThat(sources.elements()).hasSize(2);
	}

	@Test
	void cycleEndsInAMark() {
		Node one = new Node("one");
		Node two = new Node("two");
		one.next = two;
		two.next = one;
		assertThat(this.json.write(one))
			.isEqualTo("{\"name\":\"one\",\"next\":{\"name\":\"two\",\"next\":\"[cycle]\"}}");
		one.next = one;
		assertThat(this.json.write(one)).isEqualTo("{\"name\":\"one\",\"next\":\"[cycle]\"}");
	}

	@Test
	void collectionsThatHoldThemselvesEndInAMark() {
		Map<String, Object> map = new LinkedHashMap<>();
		map.put("a", 1);
		map.put("self", map);
		assertThat(this.json.write(map)).isEqualTo("{\"a\":1,\"self\":\"[cycle]\"}");
		List<Object> list = new ArrayList<>();
		list.add(list);
		assertThat(this.json.write(list)).isEqualTo("[\"[cycle]\"]");
		Object[] array = new Object[1];
		array[0] = List.of(Map.of("array", array));
		assertThat(this.json.write(array)).isEqualTo("[[{\"array\":\"[cycle]\"}]]");
	}

	@Test
	void valueThatOccursTwiceIsNoCycle() {
		Item item = new Item("pen", 1);
		assertThat(this.json.write(List.of(item, item))).isEqualTo(JACKSON.writeValueAsString(List.of(item, item)));
	}

	@Test
	void getterThatThrowsIsAMarkAndTheRestStays(CapturedOutput output) {
		String expected = "{\"after\":2,\"before\":1,\"broken\":\"[java.lang.IllegalStateException]\","
				+ "\"endless\":\"[java.lang.StackOverflowError]\"}";
		assertThat(this.json.write(new Broken())).isEqualTo(expected);
		assertThat(this.json.write(List.of(new Broken(), new Broken())))
			.isEqualTo("[" + expected + "," + expected + "]");
		assertThat(output).containsOnlyOnce("SpanJsonTests$Broken").doesNotContain("secret content");
	}

	@Test
	void nothingIsLoggedAtTheEndOfTheStack(CapturedOutput output) {
		record Endless(int depth) {

			@Override
			public int depth() {
				return new Endless(this.depth + 1).depth();
			}

		}
		assertThat(this.json.write(new Endless(1))).isEqualTo("{\"depth\":\"[java.lang.StackOverflowError]\"}");
		assertThat(output).doesNotContain("Endless");
	}

	@Test
	void partThatFailsWhileItIsWrittenIsClosedAndMarked() {
		record Around(String before, Object failing, String after) {
		}
		JsonNode written = JACKSON.readTree(this.json.write(new Around("b", new FailingHalfway(), "a")));
		assertThat(written.path("before").asString()).isEqualTo("b");
		assertThat(written.path("after").asString()).isEqualTo("a");
		assertThat(written.at("/failing/list/0").asInt()).isEqualTo(1);
		assertThat(this.json.write(new Around("b", new FailingAtOnce(), "a")))
			.isEqualTo("{\"before\":\"b\",\"failing\":\"[java.lang.IllegalArgumentException]\",\"after\":\"a\"}");
	}

	@Test
	void valueThatFailsAsAWholeIsANoteThatIsSaidOnce(CapturedOutput output) {
		String note = "\"[not serializable: " + FailingHalfway.class.getName() + "]\"";
		assertThat(this.json.write(new FailingHalfway())).isEqualTo(note);
		assertThat(this.json.write(new FailingHalfway())).isEqualTo(note);
		assertThat(output).containsOnlyOnce("FailingHalfway").doesNotContain("secret content");
		assertThat(this.json.write(List.of(1))).isEqualTo("[1]");
	}

	@ParameterizedTest
	@ValueSource(ints = { 63, 64, 65, 10_000 })
	void depthHasABound(int depth) {
		Object value = "bottom";
		for (int i = 0; i < depth; i++) {
			value = (i % 2 == 0) ? Collections.singletonList(value) : Collections.singletonMap("in", value);
		}
		String written = this.json.write(value);
		assertThat(JACKSON.readTree(written)).isNotNull();
		assertThat(written.contains("bottom")).isEqualTo(depth <= GuardedSerializer.MAX_DEPTH);
		assertThat(written.contains("[too deep]")).isEqualTo(depth > GuardedSerializer.MAX_DEPTH);
	}

	@Test
	void sizeHasABoundAndWhatIsBeyondItIsNotRead() {
		AtomicInteger read = new AtomicInteger();
		List<Object> endless = new java.util.AbstractList<>() {

			@Override
			public Object get(int index) {
				read.incrementAndGet();
				return Map.of("text", "x".repeat(1000));
			}

			@Override
			public int size() {
				return Integer.MAX_VALUE;
			}

		};
		String note = "\"[too large: " + endless.getClass().getName() + "]\"";
		assertThat(this.json.write(endless)).isEqualTo(note);
		assertThat(read.get()).isLessThan(10_000);
		assertThat(this.json.write(new LinkedHashMap<>(Map.of("in", new Holder(endless)))))
			.startsWith("\"[too large: ");
		assertThat(this.json.write("\n".repeat(SpanJson.MAX_LENGTH))).hasSizeGreaterThan(SpanJson.MAX_LENGTH);
	}

	@Test
	void contentOfModelsHasNoBoundOfItsOwn() {
		assertThat(this.json.write(new Payload("x".repeat(SpanJson.MAX_LENGTH))))
			.hasSizeGreaterThan(SpanJson.MAX_LENGTH);
		assertThat(this.json.write(new Payload("small"))).isEqualTo("\"small\"");
	}

	@Test
	void keysOfMapsAreTexts() {
		Map<Object, Object> map = new LinkedHashMap<>();
		map.put(null, 0);
		map.put(1, 1);
		map.put(LocalDate.EPOCH, 2);
		map.put(new Item("pen", 1), 3);
		assertThat(this.json.write(map))
			.isEqualTo("{\"null\":0,\"1\":1,\"1970-01-01\":2,\"Item[name=pen, count=1]\":3}");
		IdentityHashMap<String, Integer> identity = new IdentityHashMap<>();
		identity.put("a", 1);
		assertThat(this.json.write(identity)).isEqualTo("{\"a\":1}");
	}

	@Test
	void throwableIsItsTypeAndMessage() {
		Exception failure = new IllegalStateException("no stock", new RuntimeException("cause"));
		assertThat(this.json.write(failure))
			.isEqualTo("{\"type\":\"java.lang.IllegalStateException\",\"message\":\"no stock\"}");
		assertThat(this.json.write(Map.of("failure", new RuntimeException())))
			.isEqualTo("{\"failure\":{\"type\":\"java.lang.RuntimeException\"}}");
	}

	@Test
	void beanWithoutPropertiesIsAnEmptyObject() {
		record Empty() {
		}
		assertThat(this.json.write(new Object())).isEqualTo("{}");
		assertThat(this.json.write(new Empty())).isEqualTo("{}");
		assertThat(this.json.write(new AllHidden())).isEqualTo("{}");
	}

	@Test
	void whatIsIteratedAndHasPropertiesIsItsFieldsAndNeverIterated() {
		assertThat(this.json.write(new Page(List.of(1, 2), 5))).isEqualTo("{\"content\":[1,2],\"size\":5}");
	}

	@Test
	void treeIsCutWhereItIsTooDeepAndTheRestStays() {
		JsonNode deep = JACKSON.getNodeFactory().stringNode("bottom");
		for (int i = 0; i < 700; i++) {
			deep = JACKSON.createArrayNode().add(deep);
		}
		String written = this.json.write(new TreeMap<>(Map.of("a", 1, "tree", deep, "z", "last")));
		assertThat(JACKSON.readTree(written).get("z").asString()).isEqualTo("last");
		assertThat(written).contains("[[[[\"[too deep]\"]]]]").doesNotContain("bottom");
		assertThat(this.json.write(deep)).startsWith("[[[").contains("[too deep]");
	}

	@Test
	void treeIsWrittenAsItIsWithItsNumbersAndObjects() {
		JsonNode tree = JACKSON.createObjectNode()
			.put("n", new BigInteger("9".repeat(1500)))
			.put("d", new BigDecimal("1.10e400"))
			.set("a", JACKSON.readTree("[1,1.10,1e40,true,null,\"x\"]"));
		assertThat(this.json.write(tree)).isEqualTo(JACKSON.writeValueAsString(tree));
		JsonNode objects = JACKSON.createObjectNode()
			.putPOJO("bytes", new byte[3])
			.putPOJO("stream", new ByteArrayInputStream(new byte[1]))
			.put("nan", Double.NaN);
		assertThat(this.json.write(objects)).isEqualTo("{\"bytes\":\"[3 bytes]\","
				+ "\"stream\":\"[not recorded: java.io.ByteArrayInputStream]\",\"nan\":\"NaN\"}");
	}

	@Test
	void pathThatLeadsNowhereInATreeIsNullAndTheRestStays() {
		JsonNode missing = JACKSON.readTree("{}").path("absent");
		assertThat(this.json.write(new TreeMap<>(Map.of("a", missing, "b", 1)))).isEqualTo("{\"a\":null,\"b\":1}");
		assertThat(this.json.write(missing)).isEqualTo("null");
	}

	@Test
	void elementThatFailsIsAMarkAndTheOthersStay() {
		List<Object> list = List.of(1, new FailingAtOnce(), 2);
		assertThat(this.json.write(list)).isEqualTo("[1,\"[java.lang.IllegalArgumentException]\",2]");
		Map<String, Object> map = new TreeMap<>(Map.of("a", list, "b", new FailingAtOnce(), "c", new Broken()));
		JsonNode written = JACKSON.readTree(this.json.write(map));
		assertThat(written.at("/a/2").asInt()).isEqualTo(2);
		assertThat(written.get("b").asString()).isEqualTo("[java.lang.IllegalArgumentException]");
		assertThat(written.at("/c/after").asInt()).isEqualTo(2);
	}

	@Test
	void getterThatRecordsAValueItselfDisturbsNothing() {
		SpanJson writer = this.json;
		assertThat(writer.write(new Nested(writer))).isEqualTo("{\"inner\":\"[\\\"inner\\\"]\",\"outer\":\"outer\"}");
	}

	@Test
	void threadsShareAWriter() {
		List<String> texts = IntStream.range(0, 2000)
			.parallel()
			.mapToObj((i) -> this.json.write(List.of(i, "x".repeat(i))))
			.toList();
		assertThat(texts).hasSize(2000);
		IntStream.range(0, 2000)
			.forEach((i) -> assertThat(texts.get(i)).isEqualTo("[" + i + ",\"" + "x".repeat(i) + "\"]"));
	}

	record Item(String name, int count) {
	}

	record Order(String id, List<Item> items) {
	}

	record Holder(Object held) {
	}

	static final class Closeable implements AutoCloseable, Iterable<Object> {

		@Override
		public Iterator<Object> iterator() {
			return loadedIterator();
		}

		@Override
		public void close() {
		}

	}

	public static final class Loading extends AbstractList<Object> implements AutoCloseable {

		@Override
		public Object get(int index) {
			return loaded();
		}

		@Override
		public int size() {
			return 1;
		}

		@Override
		public void close() {
		}

	}

	static final class Money {

		private final long amount;

		private final String currency;

		Money(long amount, String currency) {
			this.amount = amount;
			this.currency = currency;
		}

		long amount() {
			return this.amount;
		}

		String currency() {
			return this.currency;
		}

	}

	public static final class AllHidden {

		private final String secret = "s";

		@JsonIgnore
		public String getSecret() {
			return this.secret;
		}

	}

	public static final class Page implements Iterable<Object> {

		private final List<Object> content;

		private final int size;

		Page(List<Object> content, int size) {
			this.content = content;
			this.size = size;
		}

		public List<Object> getContent() {
			return this.content;
		}

		public int getSize() {
			return this.size;
		}

		public Object getNext() {
			return loaded();
		}

		@Override
		public Iterator<Object> iterator() {
			return loadedIterator();
		}

	}

	public static class Nested {

		private final SpanJson writer;

		Nested(SpanJson writer) {
			this.writer = writer;
		}

		public String getInner() {
			return this.writer.write(List.of("inner"));
		}

		public String getOuter() {
			return "outer";
		}

	}

	static class Node {

		public final String name;

		public Node next;

		Node(String name) {
			this.name = name;
		}

	}

	public static class Broken {

		public int getBefore() {
			return 1;
		}

		public String getBroken() {
			throw new IllegalStateException("secret content");
		}

		public String getEndless() {
			return getEndless() + ".";
		}

		public int getAfter() {
			return 2;
		}

	}

	@JsonSerialize(using = HalfwaySerializer.class)
	static class FailingHalfway {

	}

	static class HalfwaySerializer extends ValueSerializer<FailingHalfway> {

		@Override
		public void serialize(FailingHalfway value, JsonGenerator json, SerializationContext context) {
			json.writeStartObject();
			json.writeName("list");
			json.writeStartArray();
			json.writeNumber(1);
			json.writeStartObject();
			json.writeName("open");
			throw new IllegalStateException("secret content");
		}

	}

	public static class FailingAtOnce {

		@JsonValue
		public String value() {
			throw new IllegalStateException("secret content");
		}

	}

	static final class Payload extends JsonPayload {

		private final String text;

		Payload(String text) {
			this.text = text;
		}

		@Override
		public long size() {
			return this.text.length();
		}

		@Override
		public void serialize(JsonGenerator json, SerializationContext context) {
			json.writeString(this.text);
		}

	}

	@JsonIgnoreProperties("ignored")
	@JsonInclude(JsonInclude.Include.NON_EMPTY)
	public static class Annotated {

		public final String ignored = "i";

		public final List<String> empty = List.of();

		@JsonProperty("renamed")
		public final String original = "o";

		@JsonUnwrapped(prefix = "item_")
		public final Item item = new Item("pen", 1);

		public final Identified first = new Identified();

		public final Identified second = this.first;

		@JsonIgnore
		public String getHidden() {
			return "h";
		}

	}

	@JsonIdentityInfo(generator = ObjectIdGenerators.IntSequenceGenerator.class)
	static class Identified {

		public final String name = "n";

		public final Identified self = this;

	}

}
