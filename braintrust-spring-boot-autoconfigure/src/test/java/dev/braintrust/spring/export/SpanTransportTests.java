package dev.braintrust.spring.export;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.zip.GZIPInputStream;

import dev.braintrust.spring.api.HttpClients;
import dev.braintrust.spring.api.Reply;
import dev.braintrust.spring.support.OtlpReceiver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of requests over HTTP.
 */
class SpanTransportTests {

	// A request without spans.
	private static final byte[] NO_SPANS = { 0x0a, 0x00 };

	private static final byte[] MESSAGE = "{\"role\": \"user\"}".repeat(1000).getBytes(StandardCharsets.UTF_8);

	@ParameterizedTest
	@ValueSource(strings = { "https://api.braintrust.dev", "https://collector:4318", "https://192.168.0.7:4318" })
	void requestToAnotherMachineIsCompressed(String url) throws IOException {
		HttpRequest request = request(target(url));
		assertThat(request.headers().allValues("Content-Encoding")).containsExactly("gzip");
		byte[] body = body(request);
		assertThat(body).hasSizeLessThan(MESSAGE.length / 10);
		assertThat(new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes()).isEqualTo(MESSAGE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://localhost:4318", "http://127.0.0.1:4318", "http://[::1]:4318" })
	void requestToThisMachineIsNotCompressed(String url) {
		HttpRequest request = request(target(url));
		assertThat(request.headers().firstValue("Content-Encoding")).isEmpty();
		assertThat(body(request)).isEqualTo(MESSAGE);
	}

	@Test
	void connectionIsUsedAgain() {
		try (OtlpReceiver receiver = new OtlpReceiver();
				SpanTransport transport = SpanTransport.over(new HttpClients(null))) {
			for (int i = 0; i < 10; i++) {
				assertThat(transport.send(target(receiver.url()), NO_SPANS, 1).join()).hasToString("status 200");
			}
			// An answer may arrive shortly before its connection can be used again.
			assertThat(receiver.requests().stream().map(OtlpReceiver.Request::port).distinct())
				.hasSizeLessThanOrEqualTo(2);
		}
	}

	@Test
	void closeCutsTheRequestsUnderWay() {
		try (OtlpReceiver receiver = new OtlpReceiver().hanging();
				SpanTransport transport = SpanTransport.over(new HttpClients(null))) {
			CompletableFuture<Reply> answer = transport.send(target(receiver.url()), NO_SPANS, 1);
			receiver.awaitRequests(1);
			transport.close();
			assertThat(answer).succeedsWithin(Duration.ofMinutes(1)).extracting(Reply::isAnswered).isEqualTo(false);
		}
	}

	private static HttpRequest request(ExportTarget target) {
		return target.request(target.compress(MESSAGE));
	}

	private static ExportTarget target(String url) {
		return new ExportTarget(
				SpanSource.settings("support", "project_id:s-1", "sk-support", url, Duration.ofSeconds(10)));
	}

	private static byte[] body(HttpRequest request) {
		BodySubscriber<byte[]> body = BodySubscribers.ofByteArray();
		request.bodyPublisher().orElseThrow().subscribe(new Flow.Subscriber<>() {

			@Override
			public void onSubscribe(Flow.Subscription subscription) {
				body.onSubscribe(subscription);
			}

			@Override
			public void onNext(ByteBuffer item) {
				body.onNext(List.of(item));
			}

			@Override
			public void onError(Throwable failure) {
				body.onError(failure);
			}

			@Override
			public void onComplete() {
				body.onComplete();
			}

		});
		return body.getBody().toCompletableFuture().join();
	}

}
