package dev.braintrust.spring.export;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.trace.TestSpanData;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;

/**
 * Creates random spans with all possible parts.
 */
public final class RandomSpans {

	private final Random random;

	private RandomSpans(Random random) {
		this.random = random;
	}

	public static SpanData next(Random random) {
		return new RandomSpans(random).span();
	}

	private SpanData span() {
		Attributes attributes = attributes();
		List<EventData> events = some(this::event);
		List<LinkData> links = some(this::link);
		return TestSpanData.builder()
			.setResource(Resource.create(oneOf(Attributes.empty(), Attributes.of(AttributeKey.stringKey("a"), "b")),
					oneOf(null, "https://example.com/schema")))
			.setInstrumentationScopeInfo(scope())
			.setSpanContext(context())
			.setParentSpanContext(oneOf(SpanContext.getInvalid(), context()))
			.setName(text())
			.setKind(oneOf(SpanKind.values()))
			.setStartEpochNanos(this.random.nextLong(Long.MAX_VALUE))
			.setEndEpochNanos(this.random.nextLong(Long.MAX_VALUE))
			.setHasEnded(true)
			.setAttributes(attributes)
			.setTotalAttributeCount(attributes.size() + this.random.nextInt(3))
			.setEvents(events)
			.setTotalRecordedEvents(events.size() + this.random.nextInt(3))
			.setLinks(links)
			.setTotalRecordedLinks(links.size() + this.random.nextInt(300))
			.setStatus(oneOf(StatusData.unset(), StatusData.ok(), StatusData.error(),
					StatusData.create(StatusCode.ERROR, text())))
			.build();
	}

	private InstrumentationScopeInfo scope() {
		if (this.random.nextBoolean()) {
			return InstrumentationScopeInfo.create(oneOf("one", ""));
		}
		return InstrumentationScopeInfo.builder("other")
			.setVersion("1.2")
			.setSchemaUrl(oneOf("", "https://example.com/schema"))
			.setAttributes(oneOf(Attributes.empty(), Attributes.of(AttributeKey.booleanKey("flag"), true)))
			.build();
	}

	private EventData event() {
		Attributes attributes = attributes();
		return EventData.create(this.random.nextLong(Long.MAX_VALUE), text(), attributes,
				attributes.size() + this.random.nextInt(3));
	}

	private LinkData link() {
		Attributes attributes = attributes();
		return LinkData.create(context(), attributes, attributes.size() + this.random.nextInt(3));
	}

	private SpanContext context() {
		String traceId = "%016x%016x".formatted(this.random.nextLong(), this.random.nextLong() | 1);
		String spanId = "%016x".formatted(this.random.nextLong() | 1);
		TraceFlags flags = TraceFlags.fromByte((byte) this.random.nextInt(4));
		TraceState state = oneOf(TraceState.getDefault(),
				TraceState.builder().put("one", "1").put("two", "2").put("one", "3").build());
		return this.random.nextBoolean() ? SpanContext.create(traceId, spanId, flags, state)
				: SpanContext.createFromRemoteParent(traceId, spanId, flags, state);
	}

	private Attributes attributes() {
		AttributesBuilder attributes = Attributes.builder();
		for (int i = this.random.nextInt(12); i > 0; i--) {
			add(attributes, text());
		}
		return attributes.build();
	}

	private void add(AttributesBuilder attributes, String key) {
		switch (this.random.nextInt(9)) {
			case 0 -> attributes.put(key, text());
			case 1 -> attributes.put(key, number());
			case 2 -> attributes.put(key, oneOf(0.0, -0.0, Double.NaN, this.random.nextDouble()));
			case 3 -> attributes.put(key, this.random.nextBoolean());
			case 4 -> attributes.put(AttributeKey.stringArrayKey(key), some(this::text));
			case 5 -> attributes.put(AttributeKey.longArrayKey(key), some(this::number));
			case 6 -> attributes.put(AttributeKey.doubleArrayKey(key), some(this.random::nextDouble));
			case 7 -> attributes.put(AttributeKey.booleanArrayKey(key), some(this.random::nextBoolean));
			default -> attributes.put(AttributeKey.valueKey(key), value(3));
		}
	}

	private Value<?> value(int depth) {
		return switch (this.random.nextInt((depth > 0) ? 8 : 6)) {
			case 0 -> Value.of(text());
			case 1 -> Value.of(number());
			case 2 -> Value.of(this.random.nextDouble());
			case 3 -> Value.of(this.random.nextBoolean());
			case 4 -> Value.of(text().getBytes());
			case 5 -> Value.empty();
			case 6 -> Value.of(this.<Value<?>>some(() -> value(depth - 1)));
			default -> Value.of(some(() -> KeyValue.of(text(), value(depth - 1))).toArray(KeyValue[]::new));
		};
	}

	private long number() {
		return this.random.nextLong() >> this.random.nextInt(Long.SIZE);
	}

	private String text() {
		return this.random.ints(this.random.nextInt(12))
			.mapToObj((i) -> oneOf("a", "0", "\"", "é", "東", "🙂", "\ud83d", "\n"))
			.reduce("", String::concat)
			.repeat(oneOf(1, 1, 1, 20));
	}

	private <T> List<T> some(Supplier<T> values) {
		List<T> some = new ArrayList<>();
		for (int i = this.random.nextInt(4); i > 0; i--) {
			some.add(values.get());
		}
		return some;
	}

	@SafeVarargs
	private <T> T oneOf(T... values) {
		return values[this.random.nextInt(values.length)];
	}

}
