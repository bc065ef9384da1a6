package dev.braintrust.spring.ai.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.autoconfigure.BenchmarkTracers;
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

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.DefaultChatClient;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.UserMessage;

/**
 * The overhead of tracing for calls and streams of a client whose model answers
 * immediately: ten messages, 4 kB in, 1 kB out, in one answer or in 200 chunks.
 * <ul>
 * <li>{@code bare}: the client without tracing
 * <li>{@code off}: in a project that is switched off
 * <li>{@code unsampled}: in a trace that is not sampled
 * <li>{@code traced}: the work on the caller's thread
 * <li>{@code written}: the same plus the JSON of the spans, which the export
 * worker writes
 * <li>{@code encoded}: the same plus the encoded requests
 * <li>{@code observed}: for comparison, Spring AI's own observations with Micrometer's
 * bridge to OpenTelemetry, whose spans carry no content
 * </ul>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class ChatClientBenchmark {

	private static final int SPANS_OF_A_REQUEST = 64;

	@Param({ "bare", "off", "unsampled", "traced", "written", "encoded", "observed" })
	private String client;

	private ChatClient chat;

	private List<Message> messages;

	private List<Message> longMessages;

	@Setup
	public void setUp() {
		ChatClient bare = ChatClient.create(new InstantModel());
		this.chat = switch (this.client) {
			case "bare" -> bare;
			case "off" -> traced(bare, BenchmarkTracers.off());
			case "unsampled" -> traced(bare, BenchmarkTracers.unsampled());
			case "traced" -> traced(bare, BenchmarkTracers.recording());
			case "written" -> traced(bare, BenchmarkTracers.writing(SPANS_OF_A_REQUEST));
			case "encoded" -> traced(bare, BenchmarkTracers.encoding(SPANS_OF_A_REQUEST));
			default -> ObservedModel.client(new InstantModel());
		};
		this.messages = messages(1);
		this.longMessages = messages(3);
	}

	private static ChatClient traced(ChatClient client, ProjectTracer tracer) {
		return ProjectChatClient.trace((DefaultChatClient) client, new ChatTracing(tracer, "chat", null, true, new RunContext.ScheduledRuns()));
	}

	private static List<Message> messages(int length) {
		List<Message> messages = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			// Distinct texts, as in a conversation.
			messages.add(new UserMessage(i + " question".repeat(45 * length)));
			messages.add(new AssistantMessage(i + " answer".repeat(57 * length)));
		}
		messages.add(new UserMessage("question"));
		return messages;
	}

	@Benchmark
	public String call() {
		return this.chat.prompt().messages(this.messages).call().content();
	}

	/**
	 * A call with 12 kB in.
	 * @return the answer
	 */
	@Benchmark
	public String callOf12kB() {
		return this.chat.prompt().messages(this.longMessages).call().content();
	}

	@Benchmark
	public String stream() {
		return this.chat.prompt().messages(this.messages).stream().content().blockLast();
	}

}
