package dev.braintrust.spring.export.otlp;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.sun.management.ThreadMXBean;
import dev.braintrust.spring.export.EndedSpans;
import dev.braintrust.spring.export.RandomSpans;
import dev.braintrust.spring.export.SpanSource;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Tests of {@link SpanEncoder}.
 */
class SpanEncoderTests {

	private static final SpanContext REMOTE = SpanContext.createFromRemoteParent("0af7651916cd43dd8448eb211c80319c",
			"b7ad6b7169203331", TraceFlags.getSampled(), TraceState.builder().put("vendor", "1").build());

	private final List<ReadableSpan> ended = new ArrayList<>();

	private final SdkTracerProvider provider = SdkTracerProvider.builder()
		.setResource(Resource.empty())
		.addSpanProcessor(new EndedSpans(this.ended::add))
		.build();

	private final Tracer tracer = this.provider.tracerBuilder("scope").setInstrumentationVersion("1.2").build();

	@Test
	void shortNameIsWrittenWithoutAnArrayOfItsOwn() {
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		ProtobufMessage message = ProtobufMessage.in(new byte[100_000]);
		long before = threads.getCurrentThreadAllocatedBytes();
		for (int i = 0; i < 1000; i++) {
			message.addText(1, "gen_ai.operation.name");
		}
		assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000);
	}

	@Test
	void allOfASpanIsInTheMessage() throws InvalidProtocolBufferException {
		this.tracer.spanBuilder("answer")
			.setParent(Context.root().with(Span.wrap(REMOTE)))
			.setSpanKind(SpanKind.CLIENT)
			.setStartTimestamp(10, TimeUnit.NANOSECONDS)
			.setAttribute("text", "Zürich 東京 🙂")
			.setAttribute("number", 7)
			.setAttribute("share", 0.5)
			.setAttribute("flag", true)
			.setAttribute(AttributeKey.stringArrayKey("tags"), List.of("a", "b"))
			.addLink(REMOTE)
			.startSpan()
			.addEvent("exception", Attributes.of(AttributeKey.stringKey("exception.message"), "late"), 15,
					TimeUnit.NANOSECONDS)
			.setStatus(StatusCode.ERROR, "too late")
			.end(20, TimeUnit.NANOSECONDS);
		SpanData data = spans().get(0);
		ResourceSpans resource = only(encode().getResourceSpansList());
		assertThat(resource.getResource().getAttributesList()).isEmpty();
		assertThat(only(resource.getScopeSpansList()).getScope().getName()).isEqualTo("scope");
		assertThat(only(resource.getScopeSpansList()).getScope().getVersion()).isEqualTo("1.2");
		io.opentelemetry.proto.trace.v1.Span span = only(only(resource.getScopeSpansList()).getSpansList());
		assertThat(span.getName()).isEqualTo("answer");
		assertThat(span.getTraceId()).isEqualTo(bytes(REMOTE.getTraceIdBytes()));
		assertThat(span.getParentSpanId()).isEqualTo(bytes(REMOTE.getSpanIdBytes()));
		assertThat(span.getSpanId()).isEqualTo(bytes(data.getSpanContext().getSpanIdBytes()));
		assertThat(span.getTraceState()).isEqualTo("vendor=1");
		assertThat(span.getKind()).isEqualTo(io.opentelemetry.proto.trace.v1.Span.SpanKind.SPAN_KIND_CLIENT);
		assertThat(span.getStartTimeUnixNano()).isEqualTo(10);
		assertThat(span.getEndTimeUnixNano()).isEqualTo(20);
		assertThat(span.getAttributesList()).hasSize(5).anySatisfy((attribute) -> {
			assertThat(attribute.getKey()).isEqualTo("text");
			assertThat(attribute.getValue().getStringValue()).isEqualTo("Zürich 東京 🙂");
		}).anySatisfy((attribute) -> {
			assertThat(attribute.getKey()).isEqualTo("tags");
			assertThat(attribute.getValue().getArrayValue().getValuesCount()).isEqualTo(2);
		});
		assertThat(only(span.getEventsList()).getName()).isEqualTo("exception");
		assertThat(only(span.getEventsList()).getTimeUnixNano()).isEqualTo(15);
		assertThat(only(span.getLinksList()).getSpanId()).isEqualTo(bytes(REMOTE.getSpanIdBytes()));
		assertThat(span.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
		assertThat(span.getStatus().getMessage()).isEqualTo("too late");
	}

	@Test
	void spansOfOneScopeKeepTheirOrder() throws InvalidProtocolBufferException {
		for (String name : SpanSource.names(1, 600)) {
			this.tracer.spanBuilder(name).startSpan().end();
		}
		this.provider.get("other").spanBuilder("601").startSpan().end();
		ResourceSpans resource = only(encode().getResourceSpansList());
		assertThat(resource.getScopeSpansList())
			.extracting((scope) -> scope.getScope().getName(), (scope) -> scope.getSpansList().size())
			.containsExactlyInAnyOrder(tuple("scope", 600), tuple("other", 1));
		assertThat(resource.getScopeSpansList()).filteredOn((scope) -> scope.getSpansCount() == 600)
			.singleElement()
			.satisfies((scope) -> assertThat(scope.getSpansList())
				.extracting(io.opentelemetry.proto.trace.v1.Span::getName)
				.isEqualTo(SpanSource.names(1, 600)));
	}

	@Test
	void largeSpanIsInTheMessage() throws InvalidProtocolBufferException {
		String text = "0123456789".repeat(500_000);
		this.tracer.spanBuilder("large").setAttribute("text", text).startSpan().end();
		io.opentelemetry.proto.trace.v1.Span span = encode().getResourceSpans(0).getScopeSpans(0).getSpans(0);
		assertThat(span.getAttributes(0).getValue().getStringValue()).isEqualTo(text);
	}

	@Test
	void halvesOfCharactersInALongTextAreQuestionMarksWhereverTheyStand() throws InvalidProtocolBufferException {
		List<String> characters = List.of("a", "é", "\ud83d", "\ude00");
		for (int i = 0; i < 4 * 4 * 4 * 4; i++) {
			String some = characters.get(i % 4) + characters.get(i / 4 % 4) + characters.get(i / 16 % 4)
					+ characters.get(i / 64);
			// Long texts are encoded in pieces of 16,384 characters, from the end.
			String text = "x".repeat(100) + some + "y".repeat(16_384 - 2);
			this.ended.clear();
			this.tracer.spanBuilder("long").setAttribute("text", text).startSpan().end();
			io.opentelemetry.proto.trace.v1.Span span = encode().getResourceSpans(0).getScopeSpans(0).getSpans(0);
			assertThat(span.getAttributes(0).getValue().getStringValue())
				.isEqualTo(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
		}
	}

	@Test
	void eachMessageHoldsItsOwnSpansAlone() throws InvalidProtocolBufferException {
		this.tracer.spanBuilder("long").setAttribute("text", "x".repeat(10_000)).startSpan().end();
		encode();
		this.ended.clear();
		this.tracer.spanBuilder("short").startSpan().end();
		assertThat(only(encode().getResourceSpans(0).getScopeSpans(0).getSpansList()).getName()).isEqualTo("short");
	}

	@Test
	void messageIsThatOfOpenTelemetrysExporter() throws InvalidProtocolBufferException {
		Random random = new Random(7);
		List<SpanData> spans = IntStream.range(0, 500).mapToObj((i) -> RandomSpans.next(random)).toList();
		for (SpanData span : spans) {
			assertThat(ExportTraceServiceRequest.parseFrom(SpanEncoder.encode(List.of(span))).toString()).isEqualTo(
					ExportTraceServiceRequest.parseFrom(new ExporterMessages().encode(List.of(span))).toString());
		}
	}

	@Test
	void spansOfManyResourcesAndScopesAreInTheMessage() throws InvalidProtocolBufferException {
		Random random = new Random(11);
		List<SpanData> spans = IntStream.range(0, 500).mapToObj((i) -> RandomSpans.next(random)).toList();
		assertThat(sorted(SpanEncoder.encode(spans)))
			.containsExactlyElementsOf(sorted(new ExporterMessages().encode(spans)));
	}

	private ExportTraceServiceRequest encode() throws InvalidProtocolBufferException {
		return ExportTraceServiceRequest.parseFrom(SpanEncoder.encode(spans()));
	}

	private List<SpanData> spans() {
		return this.ended.stream().map(ReadableSpan::toSpanData).toList();
	}

	private static List<String> sorted(byte[] message) throws InvalidProtocolBufferException {
		List<String> sorted = new ArrayList<>();
		for (ResourceSpans resource : ExportTraceServiceRequest.parseFrom(message).getResourceSpansList()) {
			for (ScopeSpans scope : resource.getScopeSpansList()) {
				String group = resource.getResource() + resource.getSchemaUrl() + scope.getScope()
						+ scope.getSchemaUrl();
				scope.getSpansList().forEach((span) -> sorted.add(group + span));
			}
		}
		sorted.sort(null);
		return sorted;
	}

	private static <T> T only(List<T> list) {
		assertThat(list).hasSize(1);
		return list.get(0);
	}

	private static ByteString bytes(byte[] bytes) {
		return ByteString.copyFrom(bytes);
	}

}
