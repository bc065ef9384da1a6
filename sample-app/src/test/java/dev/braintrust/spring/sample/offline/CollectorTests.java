package dev.braintrust.spring.sample.offline;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.zip.GZIPOutputStream;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class CollectorTests {

	private final CollectedSpans spans = new CollectedSpans(true, true);

	private final Collector collector = Collector.start(this.spans);

	private final HttpClient client = HttpClient.newHttpClient();

	@AfterEach
	void close() {
		this.collector.close();
	}

	@Test
	void collectsTheSpansOfAProjectWithTheirRoute() throws Exception {
		HttpRequest.Builder request = request(Collector.BRAINTRUST_PATH, body("answer"))
			.header("Authorization", "Bearer key")
			.header("x-bt-parent", "project_name:Support Desk");
		assertThat(send(request)).isEqualTo(200);
		assertThat(this.spans.all()).singleElement().satisfies((span) -> {
			assertThat(span.route()).isEqualTo("project_name:Support Desk");
			assertThat(span.traceId()).isEqualTo("000102030405060708090a0b0c0d0e0f");
			assertThat(span.spanId()).isEqualTo("0001020304050607");
			assertThat(span.parentSpanId()).isEmpty();
			assertThat(span.name()).isEqualTo("answer");
			assertThat(span.failed()).isTrue();
			assertThat(span.attribute("text")).isEqualTo("value");
			assertThat(span.attribute("number")).isEqualTo("42");
			assertThat(span.attribute("missing")).isEmpty();
		});
	}

	@Test
	void collectsTheApplicationsOwnSpansApartAndUnpacksThem() throws Exception {
		ByteArrayOutputStream packed = new ByteArrayOutputStream();
		try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
			gzip.write(body("job"));
		}
		HttpRequest.Builder request = request(Collector.TELEMETRY_PATH, packed.toByteArray()).header("Content-Encoding",
				"gzip");
		assertThat(send(request)).isEqualTo(200);
		assertThat(this.spans.all()).singleElement().satisfies((span) -> {
			assertThat(span.route()).isNull();
			assertThat(span.name()).isEqualTo("job");
		});
	}

	@Test
	void refusesWhatBraintrustWouldRefuse() throws Exception {
		assertThat(send(request(Collector.BRAINTRUST_PATH, body("answer")))).isEqualTo(401);
		assertThat(send(request(Collector.TELEMETRY_PATH, new byte[] { 1, 2, 3 }))).isEqualTo(400);
		assertThat(send(request("/elsewhere", body("answer")))).isEqualTo(404);
		assertThat(this.spans.all()).isEmpty();
	}

	@Test
	void waitsForWhatIsExpectedAndNoLongerThanAllowed() throws Exception {
		assertThat(this.spans.await((spans) -> !spans.isEmpty(), Duration.ofMillis(1))).isFalse();
		this.client.sendAsync(request(Collector.TELEMETRY_PATH, body("job")).build(),
				HttpResponse.BodyHandlers.discarding());
		assertThat(this.spans.await((spans) -> !spans.isEmpty(), Duration.ofSeconds(20))).isTrue();
	}

	private HttpRequest.Builder request(String path, byte[] body) {
		return HttpRequest.newBuilder(URI.create(this.collector.url() + path))
			.timeout(Duration.ofSeconds(20))
			.POST(HttpRequest.BodyPublishers.ofByteArray(body));
	}

	private int send(HttpRequest.Builder request) throws IOException, InterruptedException {
		return this.client.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
	}

	private static byte[] body(String name) {
		Span span = Span.newBuilder()
			.setTraceId(bytes(16))
			.setSpanId(bytes(8))
			.setName(name)
			.setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR))
			.addAttributes(attribute("text", AnyValue.newBuilder().setStringValue("value")))
			.addAttributes(attribute("number", AnyValue.newBuilder().setIntValue(42)))
			.build();
		return ExportTraceServiceRequest.newBuilder()
			.addResourceSpans(ResourceSpans.newBuilder().addScopeSpans(ScopeSpans.newBuilder().addSpans(span)))
			.build()
			.toByteArray();
	}

	private static KeyValue attribute(String key, AnyValue.Builder value) {
		return KeyValue.newBuilder().setKey(key).setValue(value).build();
	}

	private static ByteString bytes(int count) {
		byte[] bytes = new byte[count];
		for (byte i = 0; i < count; i++) {
			bytes[i] = i;
		}
		return ByteString.copyFrom(bytes);
	}

}
