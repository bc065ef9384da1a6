package dev.braintrust.spring.ai.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

import com.openai.client.OpenAIClient;
import com.openai.core.http.HttpResponseFor;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.braintrust.spring.ai.http.ProviderServer.Answer;
import dev.braintrust.spring.api.MemoryBudget;
import dev.braintrust.spring.trace.SpanDestination;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the copy of an answer counts against the memory budget of all projects while
 * the application reads the answer.
 */
class OpenAnswerTests {

	private static final int MEGABYTE = 1024 * 1024;

	private static final int SIZE = MEGABYTE / 2;

	private static final String ANSWER = """
			{"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "gpt-4o-mini", "choices": []}"""
			+ " ".repeat(SIZE);

	private static final int READ = ANSWER.length() - 1;

	@Test
	void openAnswersAreCountedAndTakeNoMoreThanThereIs() {
		try (ProviderServer server = new ProviderServer();
				TracedSdkApplication application = new TracedSdkApplication("braintrust.export.max-queue-size=4MB")) {
			MemoryBudget memory = application.context().getBean(SpanDestination.class).pipeline().memory();
			OpenAIClient client = application.projects().instrument("support", SdkClientFactory.openAi(server.url()));
			List<HttpResponseFor<ChatCompletion>> open = new ArrayList<>();
			open.add(read(server, client));
			assertThat(memory.held()).isGreaterThanOrEqualTo(SIZE);
			for (int i = 0; i < 20; i++) {
				open.add(read(server, client));
			}
			assertThat(memory.held()).isBetween(2L * MEGABYTE, 4L * MEGABYTE + MEGABYTE / 2);
			open.forEach(HttpResponseFor::close);
			assertThat(application.spans()).hasSize(21);
			Awaitility.await().untilAsserted(() -> assertThat(memory.held()).isZero());
		}
	}

	@Test
	void whatThereIsNoRoomForIsMissed() {
		ByteLog log = new ByteLog(MEGABYTE);
		List<Long> asked = new ArrayList<>();
		log.ask((bytes) -> {
			asked.add(bytes);
			return asked.size() < 3;
		});
		byte[] read = new byte[10_000];
		for (int i = 0; i < 10; i++) {
			log.add(read, 0, read.length);
		}
		log.add((byte) 1);
		assertThat(asked).containsExactly(20_000L, 20_000L, 40_000L);
		assertThat(log.bytes()).hasSize(40_000);
		assertThat(log.missed()).isEqualTo(60_001);
	}

	private static HttpResponseFor<ChatCompletion> read(ProviderServer server, OpenAIClient client) {
		server.answers(Answer.json(200, ANSWER));
		HttpResponseFor<ChatCompletion> response = client.chat()
			.completions()
			.withRawResponse()
			.create(ChatCompletionCreateParams.builder().model("gpt-4o-mini").addUserMessage("hi").build());
		try {
			// Not up to the end, so that the answer stays open.
			assertThat(response.body().readNBytes(READ)).hasSize(READ);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return response;
	}

}
