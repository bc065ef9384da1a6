package dev.braintrust.spring.content;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

import dev.braintrust.spring.content.LaterSpan.LateContent;
import dev.braintrust.spring.content.json.ContentSize;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the size of a span includes all its parts.
 */
class SpanSizeTests {

	private static final int LENGTH = 100_000;

	// A text with two bytes per character in the heap.
	private static final String TEXT = "\u20ac".repeat(LENGTH);

	private static final AttributeKey<String> KEY = AttributeKey.stringKey("k");

	private static final SpanContext LINKED = SpanContext.create("1".repeat(32), "1".repeat(16),
			TraceFlags.getDefault(), TraceState.getDefault());

	private static final SdkTracerProvider PROVIDER = SdkTracerProvider.builder().build();

	static Map<String, BiConsumer<Span, SpanFields>> contents() {
		return Map.ofEntries(Map.entry("input", (span, fields) -> fields.input(text())),
				Map.entry("output", (span, fields) -> fields.output(text())),
				Map.entry("expected", (span, fields) -> fields.expected(text())),
				Map.entry("late", (span, fields) -> fields.late(new Late(text()))),
				Map.entry("returned", (span, fields) -> fields.returned(text())),
				Map.entry("metadata", (span, fields) -> fields.metadata("k", text())),
				Map.entry("metadata key", (span, fields) -> fields.metadata(text(), 1)),
				Map.entry("metric", (span, fields) -> fields.metric(text(), 1)),
				Map.entry("score", (span, fields) -> fields.score(text(), 1)),
				Map.entry("tags", (span, fields) -> fields.tags(List.of(text()))),
				Map.entry("error",
						(span, fields) -> fields.error(new IllegalStateException(text()), 1, Attributes.empty())),
				Map.entry("error cause", (span, fields) -> fields
					.error(new IllegalStateException("x", new IllegalStateException(text())), 1, Attributes.empty())),
				Map.entry("error suppressed", (span, fields) -> fields.error(suppressed(), 1, Attributes.empty())),
				Map.entry("error attributes",
						(span, fields) -> fields.error(new IllegalStateException("x"), 1, Attributes.of(KEY, text()))),
				Map.entry("span name", (span, fields) -> span.updateName(text())),
				Map.entry("attribute", (span, fields) -> span.setAttribute("k", text())),
				Map.entry("attribute key", (span, fields) -> span.setAttribute(text(), 1)),
				Map.entry("attribute texts",
						(span, fields) -> span.setAttribute(AttributeKey.stringArrayKey("k"), List.of(text()))),
				Map.entry("attribute value",
						(span, fields) -> span.setAttribute(AttributeKey.valueKey("k"),
								Value.of(KeyValue.of("k", Value.of(Value.of(text())))))),
				Map.entry("attribute bytes",
						(span, fields) -> span.setAttribute(AttributeKey.valueKey("k"),
								Value.of(new byte[2 * LENGTH]))),
				Map.entry("event", (span, fields) -> span.addEvent(text())),
				Map.entry("event attribute", (span, fields) -> span.addEvent("e", Attributes.of(KEY, text()))),
				Map.entry("link", (span, fields) -> span.addLink(LINKED, Attributes.of(KEY, text()))),
				Map.entry("status", (span, fields) -> span.setStatus(StatusCode.ERROR, text())));
	}

	private static String text() {
		return new String(TEXT.toCharArray());
	}

	private static Throwable suppressed() {
		Throwable error = new IllegalStateException("x");
		error.addSuppressed(new IllegalStateException(text()));
		return error;
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("names")
	void contentCountsAsMuchAsItHolds(String name) {
		long empty = size((span, fields) -> {
		});
		assertThat(size(contents().get(name)) - empty).isBetween(2L * LENGTH - 100, 2L * LENGTH + 20_000);
	}

	static Set<String> names() {
		return new TreeSet<>(contents().keySet());
	}

	@Test
	void everyFieldOfASpanHasItsCase() {
		Set<String> setters = Arrays.stream(SpanFields.class.getDeclaredMethods())
			.filter((method) -> Modifier.isPublic(method.getModifiers()) && method.getReturnType() == void.class
					&& method.getParameterCount() > 0)
			.map(Method::getName)
			.collect(Collectors.toSet());
		assertThat(names()).containsAll(setters);
		assertThat(names()).contains("input", "metric");
	}

	@Test
	void manyKeysOfMetadataAreBoundedAndCostLittle() {
		SpanFields fields = new SpanFields();
		ThreadMXBean threads = ManagementFactory.getThreadMXBean();
		long start = threads.getCurrentThreadCpuTime();
		for (int i = 0; i < 1_000_000; i++) {
			fields.metadata("key-" + i, i);
			fields.metric("key-" + i, i);
		}
		// A comparison of each entry with all others would take minutes.
		assertThat(Duration.ofNanos(threads.getCurrentThreadCpuTime() - start)).isLessThan(Duration.ofSeconds(10));
		int[] count = new int[1];
		fields.metadata().forEach((key, value) -> count[0]++);
		assertThat(count[0]).isEqualTo(Entries.MAX_ENTRIES + 1);
		assertThat(fields.metadata().get("key-999")).isEqualTo(999);
		fields.metadata("key-999", "new");
		assertThat(fields.metadata().get("key-999")).isEqualTo("new");
		fields.metadata().forEach((key, value) -> {
			if (key.equals(Entries.DROPPED)) {
				assertThat(value).isEqualTo(1_000_000 - Entries.MAX_ENTRIES);
			}
		});
	}

	@Test
	void spanWithoutContentHoldsLittle() {
		for (String name : names()) {
			Span span = span();
			SpanFields fields = new SpanFields();
			contents().get(name).accept(span, fields);
			span.end();
			SpanData bare = ContentWriter.bare(((ReadableSpan) span).toSpanData());
			assertThat(ContentWriter.size(bare, fields.withoutContent("[note]"))).as(name).isLessThan(2000);
		}
	}

	private static long size(BiConsumer<Span, SpanFields> content) {
		Span span = span();
		SpanFields fields = new SpanFields();
		content.accept(span, fields);
		span.end();
		return ContentWriter.size(((ReadableSpan) span).toSpanData(), fields);
	}

	private static Span span() {
		return PROVIDER.get("test").spanBuilder("span").startSpan();
	}

	/**
	 * Content that is only read when the span is written.
	 */
	private record Late(String text) implements LateContent {

		@Override
		public long size() {
			return ContentSize.of(this.text);
		}

		@Override
		public void fill(SpanFields fields) {
			fields.input(this.text);
		}

	}

}
