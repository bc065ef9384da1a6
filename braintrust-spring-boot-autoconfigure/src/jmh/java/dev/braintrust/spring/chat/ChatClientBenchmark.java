package dev.braintrust.spring.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.braintrust.spring.project.BenchmarkTracers;
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
import reactor.core.publisher.Flux;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;

/**
 * What tracing adds to a call and to a stream of a client whose model answers at once: ten
 * messages, 4 kB in, 1 kB out, in one answer or in 200 chunks.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class ChatClientBenchmark {

	@Param({ "bare", "off", "unsampled", "traced", "written" })
	private String client;

	private ChatClient chat;

	private List<Message> messages;

	@Setup
	public void setUp() {
		ChatClient bare = ChatClient.create(new InstantModel());
		this.chat = switch (this.client) {
			case "bare" -> bare;
			case "off" -> ProjectChatClient.trace(bare, new ChatTracing(BenchmarkTracers.off(), "chat"));
			case "unsampled" -> ProjectChatClient.trace(bare, new ChatTracing(BenchmarkTracers.unsampled(), "chat"));
			case "written" -> ProjectChatClient.trace(bare, new ChatTracing(BenchmarkTracers.writing(2), "chat"));
			default -> ProjectChatClient.trace(bare, new ChatTracing(BenchmarkTracers.recording(), "chat"));
		};
		this.messages = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			this.messages.add(new UserMessage("question ".repeat(45)));
			this.messages.add(new AssistantMessage("answer ".repeat(57)));
		}
		this.messages.add(new UserMessage("question"));
	}

	@Benchmark
	public String call() {
		return this.chat.prompt().messages(this.messages).call().content();
	}

	@Benchmark
	public String stream() {
		return this.chat.prompt().messages(this.messages).stream().content().blockLast();
	}

	/**
	 * A model that answers at once.
	 */
	private static final class InstantModel implements ChatModel {

		private final ChatOptions options = ToolCallingChatOptions.builder().model("instant").build();

		private final ChatResponse answer = response("answer ".repeat(146));

		private final List<ChatResponse> chunks = Flux.range(0, 200).map((i) -> response("chunk")).collectList().block();

		private static ChatResponse response(String text) {
			return new ChatResponse(List.of(new Generation(new AssistantMessage(text))));
		}

		@Override
		public ChatResponse call(Prompt prompt) {
			return this.answer;
		}

		@Override
		public Flux<ChatResponse> stream(Prompt prompt) {
			return Flux.fromIterable(this.chunks);
		}

		@Override
		public ChatOptions getOptions() {
			return this.options;
		}

	}

}
