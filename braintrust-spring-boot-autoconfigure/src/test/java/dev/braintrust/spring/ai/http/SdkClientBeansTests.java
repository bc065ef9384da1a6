package dev.braintrust.spring.ai.http;

import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.AnthropicClientAsync;
import com.anthropic.models.messages.MessageCreateParams;
import com.openai.client.OpenAIClient;
import com.openai.client.OpenAIClientAsync;
import com.openai.client.OpenAIClientImpl;
import com.openai.core.ClientOptions;
import com.openai.core.RequestOptions;
import com.openai.core.http.HttpClient;
import com.openai.core.http.HttpRequest;
import com.openai.core.http.HttpRequestAuthenticator;
import com.openai.core.http.HttpResponse;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.ai.http.ProviderServer.Answer;
import dev.braintrust.spring.support.ReceivedSpan;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.util.ReflectionTestUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of SDK clients as beans, and of their close.
 */
@ExtendWith(OutputCaptureExtension.class)
class SdkClientBeansTests {

	private static final String CHAT = """
			{"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "gpt-4o-mini", "choices": []}""";

	private static final String MESSAGE = """
			{"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-haiku-4-5",
			"content": [{"type": "text", "text": "Paris."}], "stop_reason": "end_turn",
			"usage": {"input_tokens": 9, "output_tokens": 3}}""";

	@Test
	void annotatedBeansAreTraced() {
		try (ProviderServer server = new ProviderServer();
				TracedSdkApplication application = new TracedSdkApplication(Beans.class, "server=" + server.url())) {
			ChatCompletionCreateParams chat = ChatCompletionCreateParams.builder()
				.model("gpt-4o-mini")
				.addUserMessage("What?")
				.build();
			MessageCreateParams message = MessageCreateParams.builder()
				.model("claude-haiku-4-5")
				.maxTokens(9)
				.addUserMessage("What?")
				.build();
			server.answers(Answer.json(200, CHAT), Answer.json(200, CHAT), Answer.json(200, MESSAGE),
					Answer.json(200, MESSAGE));
			application.context().getBean(OpenAIClient.class).chat().completions().create(chat);
			application.context().getBean(OpenAIClientAsync.class).chat().completions().create(chat).join();
			application.context().getBean(AnthropicClient.class).messages().create(message);
			application.context().getBean(AnthropicClientAsync.class).messages().create(message).join();
			assertThat(application.spans()).extracting(ReceivedSpan::name)
				.containsExactly("Chat Completion", "Chat Completion", "anthropic.messages.create",
						"anthropic.messages.create");
		}
	}

	@Test
	void beanThatIsDeclaredByItsClassStaysAsItIs(CapturedOutput output) {
		try (TracedSdkApplication application = new TracedSdkApplication(ByClass.class)) {
			assertThat(application.context().getBean(OpenAIClient.class)).isExactlyInstanceOf(OpenAIClientImpl.class);
		}
		assertThat(output).contains("The bean 'client' is not traced into Braintrust: it is declared by the class "
				+ "com.openai.client.OpenAIClientImpl. Declare it by the interface of the SDK, and inject the "
				+ "interface.");
	}

	@Test
	void clientAroundAnotherStaysAsItIs(CapturedOutput output) {
		try (TracedSdkApplication application = new TracedSdkApplication()) {
			OpenAIClient inner = client(new CountedHttpClient());
			OpenAIClient outer = (OpenAIClient) Proxy.newProxyInstance(getClass().getClassLoader(),
					new Class<?>[] { OpenAIClient.class },
					(proxy, method, arguments) -> method.invoke(inner, arguments));
			assertThat(application.projects().instrument("support", outer)).isSameAs(outer);
		}
		assertThat(output).contains("its class is not the SDK's own, so its own behavior would be lost. Trace the "
				+ "client that it wraps.");
	}

	@Test
	void clientThatSignsItsRequestsStaysAsItIs(CapturedOutput output) {
		try (TracedSdkApplication application = new TracedSdkApplication()) {
			ClientOptions.Builder options = ClientOptions.builder().httpClient(new CountedHttpClient());
			// Like the SDK's modules for other hosts of its models.
			HttpRequestAuthenticator signing = (request) -> request;
			ReflectionTestUtils.invokeMethod(options, "httpRequestAuthenticator", signing);
			OpenAIClient client = new OpenAIClientImpl(options.build());
			assertThat(application.projects().instrument("support", client)).isSameAs(client);
		}
		assertThat(output)
			.containsPattern("A com\\.openai\\.client\\.OpenAIClientImpl is not traced into the Braintrust "
					+ "project 'support': its options do not accept another HTTP client \\(java\\.lang\\.[A-Za-z]+\\)");
	}

	@Test
	void closeOfATracedClientClosesWhatItWasMadeOf() {
		try (TracedSdkApplication application = new TracedSdkApplication()) {
			CountedHttpClient http = new CountedHttpClient();
			application.projects().instrument("support", client(http)).close();
			assertThat(http.closed).hasPositiveValue();
		}
	}

	@Test
	void tracedClientThatIsForgottenLeavesTheOtherOpen() {
		try (TracedSdkApplication application = new TracedSdkApplication()) {
			CountedHttpClient http = new CountedHttpClient();
			OpenAIClient client = client(http);
			Supplier<Reference<?>> forgotten = () -> new WeakReference<>(
					application.projects().instrument("support", client));
			Reference<?> reference = forgotten.get();
			AtomicInteger rounds = new AtomicInteger();
			Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> {
				System.gc();
				return reference.refersTo(null) && rounds.incrementAndGet() > 5;
			});
			assertThat(http.closed).hasValue(0);
			Reference.reachabilityFence(client);
		}
	}

	private static OpenAIClient client(HttpClient http) {
		return new OpenAIClientImpl(ClientOptions.builder().httpClient(http).apiKey("sk-model").build());
	}

	private static final class CountedHttpClient implements HttpClient {

		private final AtomicInteger closed = new AtomicInteger();

		@Override
		public HttpResponse execute(HttpRequest request, RequestOptions options) {
			throw new UnsupportedOperationException("This test sends no request");
		}

		@Override
		public CompletableFuture<HttpResponse> executeAsync(HttpRequest request, RequestOptions options) {
			throw new UnsupportedOperationException("This test sends no request");
		}

		@Override
		public void close() {
			this.closed.incrementAndGet();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class ByClass {

		@Bean
		@BraintrustProject("support")
		OpenAIClientImpl client() {
			return (OpenAIClientImpl) SdkClientFactory.openAi("http://127.0.0.1:1");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Beans {

		@Bean
		@BraintrustProject("support")
		OpenAIClient openAi(@Value("${server}") String server) {
			return SdkClientFactory.openAi(server);
		}

		@Bean
		@BraintrustProject("support")
		OpenAIClientAsync openAiAsync(@Value("${server}") String server) {
			return SdkClientFactory.openAi(server).async();
		}

		@Bean
		@BraintrustProject("support")
		AnthropicClient anthropic(@Value("${server}") String server) {
			return SdkClientFactory.anthropic(server);
		}

		@Bean
		@BraintrustProject("support")
		AnthropicClientAsync anthropicAsync(@Value("${server}") String server) {
			return SdkClientFactory.anthropic(server).async();
		}

	}

}
