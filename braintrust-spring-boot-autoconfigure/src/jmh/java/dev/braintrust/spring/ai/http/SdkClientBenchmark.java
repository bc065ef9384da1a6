package dev.braintrust.spring.ai.http;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import com.openai.client.OpenAIClient;
import com.openai.client.OpenAIClientImpl;
import com.openai.core.ClientOptions;
import com.openai.core.RequestOptions;
import com.openai.core.http.Headers;
import com.openai.core.http.HttpClient;
import com.openai.core.http.HttpRequest;
import com.openai.core.http.HttpResponse;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.autoconfigure.BenchmarkTracers;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
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

/**
 * The overhead of tracing for calls and streams of an OpenAI SDK client whose HTTP client
 * answers immediately: 4 kB in, 1 kB out, in one answer or in 200 chunks.
 * <ul>
 * <li>{@code bare}: the client without tracing
 * <li>{@code unsampled}: in a trace that is not sampled
 * <li>{@code traced}: the work on the caller's thread
 * <li>{@code written}: the same plus the JSON of the spans, which the export
 * worker writes
 * <li>{@code peer}: for comparison, {@code BraintrustOpenAI.wrapOpenAI} of Braintrust's
 * Java SDK, with spans that are not exported. It must be put on the class path by hand.
 * </ul>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class SdkClientBenchmark {

	private static final int SPANS_OF_A_REQUEST = 64;

	@Param({ "bare", "unsampled", "traced", "written" })
	private String client;

	private OpenAIClient openAi;

	private ChatCompletionCreateParams params;

	@Setup
	public void setUp() throws ReflectiveOperationException {
		OpenAIClient bare = new OpenAIClientImpl(
				ClientOptions.builder().httpClient(new InstantHttpClient()).apiKey("sk-model").build());
		this.openAi = switch (this.client) {
			case "bare" -> bare;
			case "unsampled" -> traced(bare, BenchmarkTracers.unsampled());
			case "traced" -> traced(bare, BenchmarkTracers.recording());
			case "written" -> traced(bare, BenchmarkTracers.writing(SPANS_OF_A_REQUEST));
			default -> peer(bare);
		};
		ChatCompletionCreateParams.Builder builder = ChatCompletionCreateParams.builder().model("gpt-4o-mini");
		for (int i = 0; i < 5; i++) {
			builder.addUserMessage(i + " question".repeat(45)).addAssistantMessage(i + " answer".repeat(57));
		}
		this.params = builder.addUserMessage("question").build();
	}

	private static OpenAIClient traced(OpenAIClient client, ProjectTracer tracer) {
		return (OpenAIClient) new TracedSdkClients().openAi(client, "chat", tracer, null);
	}

	private static OpenAIClient peer(OpenAIClient client) throws ReflectiveOperationException {
		OpenTelemetry nowhere = OpenTelemetrySdk.builder()
			.setTracerProvider(SdkTracerProvider.builder()
				.addSpanProcessor(SimpleSpanProcessor.create(SpanExporter.composite()))
				.build())
			.build();
		return (OpenAIClient) Class.forName("dev.braintrust.instrumentation.openai.BraintrustOpenAI")
			.getMethod("wrapOpenAI", OpenTelemetry.class, OpenAIClient.class)
			.invoke(null, nowhere, client);
	}

	@Benchmark
	public ChatCompletion call() {
		return this.openAi.chat().completions().create(this.params);
	}

	@Benchmark
	public long stream() {
		try (var stream = this.openAi.chat().completions().createStreaming(this.params)) {
			return stream.stream().count();
		}
	}

	/**
	 * Answers immediately.
	 */
	private static final class InstantHttpClient implements HttpClient {

		private static final byte[] ANSWER = """
				{"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "gpt-4o-mini-2024-07-18",
				"choices": [{"index": 0, "message": {"role": "assistant", "content": "%s", "refusal": null},
				"logprobs": null, "finish_reason": "stop"}],
				"usage": {"prompt_tokens": 20, "completion_tokens": 5, "total_tokens": 25}}"""
			.formatted("answer ".repeat(140))
			.getBytes(StandardCharsets.UTF_8);

		private static final byte[] EVENTS = ("""
				data: {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4o-mini", \
				"choices": [{"index": 0, "delta": {"role": "assistant", "content": "answer"}, "finish_reason": null}]}

				""".repeat(200) + "data: [DONE]\n\n").getBytes(StandardCharsets.UTF_8);

		private static final Headers JSON = Headers.builder().put("Content-Type", "application/json").build();

		private static final Headers STREAM = Headers.builder().put("Content-Type", "text/event-stream").build();

		@Override
		public HttpResponse execute(HttpRequest request, RequestOptions options) {
			request.body().writeTo(OutputStream.nullOutputStream());
			boolean stream = request.headers().names().contains("Accept");
			InputStream body = stream ? new ChunkedInputStream() : new ByteArrayInputStream(ANSWER);
			return new HttpResponse() {

				@Override
				public int statusCode() {
					return 200;
				}

				@Override
				public Headers headers() {
					return stream ? STREAM : JSON;
				}

				@Override
				public InputStream body() {
					return body;
				}

				@Override
				public void close() {
				}

			};
		}

		@Override
		public CompletableFuture<HttpResponse> executeAsync(HttpRequest request, RequestOptions options) {
			return CompletableFuture.completedFuture(execute(request, options));
		}

		@Override
		public void close() {
		}

		/**
		 * Returns one chunk for each read, like a network.
		 */
		private static final class ChunkedInputStream extends ByteArrayInputStream {

			private static final int CHUNK = EVENTS.length / 200;

			ChunkedInputStream() {
				super(EVENTS);
			}

			@Override
			public synchronized int read(byte[] target, int offset, int length) {
				return super.read(target, offset, Math.min(length, CHUNK));
			}

		}

	}

}
