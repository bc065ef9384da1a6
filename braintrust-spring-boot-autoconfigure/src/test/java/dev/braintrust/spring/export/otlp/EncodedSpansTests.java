package dev.braintrust.spring.export.otlp;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.braintrust.spring.export.RandomSpans;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link EncodedSpans}.
 */
class EncodedSpansTests {

	@Test
	void partIsTheMessageOfItsSpans() throws InvalidProtocolBufferException {
		Random random = new Random(13);
		List<SpanData> spans = IntStream.range(0, 60).mapToObj((i) -> RandomSpans.next(random)).toList();
		byte[] message = SpanEncoder.encode(spans);
		for (int from = 0; from < spans.size(); from += 7) {
			for (int to = from + 1; to <= spans.size(); to += 5) {
				assertThat(ExportTraceServiceRequest.parseFrom(EncodedSpans.part(message, from, to)))
					.isEqualTo(ExportTraceServiceRequest.parseFrom(SpanEncoder.encode(spans.subList(from, to))));
			}
		}
	}

}
