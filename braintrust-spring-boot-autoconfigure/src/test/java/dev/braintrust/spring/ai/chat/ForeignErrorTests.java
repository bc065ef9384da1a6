package dev.braintrust.spring.ai.chat;

import java.io.IOError;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

import dev.braintrust.spring.support.ReceivedSpan;
import io.opentelemetry.context.Context;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.metadata.ChatResponseMetadata;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.content.Media;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.util.MimeTypeUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests that any error from the code of an application or provider while a span is
 * captured only costs a part of the span.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ForeignErrorTests {

	private final TracedClient client = new TracedClient();

	@AfterEach
	void close() {
		this.client.close();
	}

	static Stream<Arguments> throwables() {
		List<Throwable> throwables = List.of(new IOError(new IOException("disk")), new IOException("sneaky"),
				new StackOverflowError(), new OutOfMemoryError("getter"), new AssertionError("TODO"));
		return Stream.of(Mode.values())
			.flatMap((mode) -> throwables.stream().map((thrown) -> Arguments.of(mode, thrown)));
	}

	@ParameterizedTest
	@MethodSource("throwables")
	void usageThatThrowsCostsTheTokens(Mode mode, Throwable thrown) {
		List<ReceivedSpan> spans = ask(mode, response(new AssistantMessage("18"), new DefaultUsage(1, 1) {

			@Override
			public Integer getPromptTokens() {
				throwIfReadForASpan(thrown);
				return 1;
			}

		}), new UserMessage("How warm?"));
		assertThat(spans).extracting((span) -> span.output().toString())
			.containsExactly(
					"[{\"index\":0,\"finish_reason\":null,\"message\":{\"role\":\"assistant\",\"content\":\"18\"}}]",
					"\"18\"");
	}

	@ParameterizedTest
	@MethodSource("throwables")
	void answerThatThrowsCostsTheOutputOfTheModel(Mode mode, Throwable thrown) {
		List<ReceivedSpan> spans = ask(mode, response(new AssistantMessage("18") {

			@Override
			public Map<String, Object> getMetadata() {
				throwIfReadForASpan(thrown);
				return super.getMetadata();
			}

		}, new DefaultUsage(1, 1)), new UserMessage("How warm?"));
		assertThat(spans.get(1).output().asString()).isEqualTo("18");
		assertThat(spans.get(0).metadata().path("model").asString()).isEqualTo("scripted");
	}

	@ParameterizedTest
	@MethodSource("throwables")
	void mediaThatThrowCostTheInput(Mode mode, Throwable thrown) {
		Media media = new Media(MimeTypeUtils.IMAGE_PNG, URI.create("https://example.com/a.png")) {

			@Override
			public String getName() {
				throwIfReadForASpan(thrown);
				return super.getName();
			}

		};
		List<ReceivedSpan> spans = ask(mode, response(new AssistantMessage("18"), new DefaultUsage(1, 1)),
				UserMessage.builder().text("What?").media(media).build());
		assertThat(spans.get(0).metadata().path("model").asString()).isEqualTo("scripted");
		assertThat(spans.get(0).metrics().path("tokens").asInt()).isEqualTo(2);
	}

	@ParameterizedTest
	@MethodSource("throwables")
	void definitionThatThrowsCostsTheTools(Mode mode, Throwable thrown) {
		this.client.model().answers(Flux.just(response(new AssistantMessage("18"), new DefaultUsage(1, 1))));
		this.client.run((chat) -> chat.defaultTools(new CountedTool(thrown)),
				(chat, tracer) -> assertThat(mode.ask(chat.prompt("How warm?"))).isEqualTo("18"));
		List<ReceivedSpan> spans = this.client.spans(2);
		assertThat(spans.get(0).metadata().has("tools")).isFalse();
		assertThat(spans.get(0).input().at("/0/content").asString()).isEqualTo("How warm?");
	}

	@ParameterizedTest
	@EnumSource(Mode.class)
	void definitionIsReadOnceAndOnTheThreadOfTheCaller(Mode mode) {
		CountedTool tool = new CountedTool(null);
		this.client.callsTools(TracedClient.toolCall("1", "thermometer", "{}"));
		this.client.model().says("18");
		Thread caller = Thread.currentThread();
		this.client.run((chat) -> chat.defaultTools(tool),
				(chat, tracer) -> assertThat(mode.ask(chat.prompt("How warm?"))).isEqualTo("18"));
		assertThat(this.client.spans(4).get(0).metadata().at("/tools/0/function/description").asString())
			.isEqualTo("Measures");
		assertThat(tool.readers).hasSize(1).containsOnly(caller);
	}

	@ParameterizedTest
	@EnumSource(Mode.class)
	void errorOfTheMachineInTheModelComesOutAsItIs(Mode mode) {
		StackOverflowError thrown = new StackOverflowError();
		this.client.model().answers(Flux.defer(() -> {
			throw thrown;
		}));
		this.client.model().says("18");
		this.client.run((chat) -> chat, (chat, tracer) -> {
			assertThatThrownBy(() -> mode.ask(chat.prompt("How warm?"))).isSameAs(thrown);
			assertThat(Context.current()).isSameAs(Context.root());
			assertThat(mode.ask(chat.prompt("How warm?"))).isEqualTo("18");
		});
		assertThat(this.client.spans(4)).filteredOn((span) -> span.attributes().containsKey("braintrust.output_json"))
			.hasSize(2);
	}

	@Test
	void errorOfTheMachineInAToolComesOutAsItIs() {
		StackOverflowError thrown = new StackOverflowError();
		this.client.callsTools(TracedClient.toolCall("1", "thermometer", "{}"));
		this.client.run((chat) -> chat.defaultTools(new CountedTool(null) {

			@Override
			public String call(String toolInput) {
				throw thrown;
			}

		}), (chat, tracer) -> {
			assertThatThrownBy(() -> chat.prompt("How warm?").call().content()).isSameAs(thrown);
			assertThat(Context.current()).isSameAs(Context.root());
		});
		assertThat(this.client.spans(3)).extracting(ReceivedSpan::name)
			.containsExactly("Chat Completion", "thermometer", "chat");
	}

	private List<ReceivedSpan> ask(Mode mode, ChatResponse response, UserMessage question) {
		this.client.model().answers(Flux.just(response));
		this.client.run((chat) -> chat, (chat, tracer) -> assertThat(ask(mode, chat, question)).isEqualTo("18"));
		return this.client.spans(2);
	}

	private static String ask(Mode mode, ChatClient chat, UserMessage question) {
		return mode.ask(chat.prompt().messages(question));
	}

	private static ChatResponse response(AssistantMessage message, DefaultUsage usage) {
		return new ChatResponse(List.of(new Generation(message)), ChatResponseMetadata.builder().usage(usage).build());
	}

	// Only for the starter's reads, because the error would also stop Spring AI's
	// own reads.
	private static void throwIfReadForASpan(Throwable thrown) {
		boolean forASpan = StackWalker.getInstance()
			.walk((frames) -> frames
				.anyMatch((frame) -> frame.getClassName().startsWith("dev.braintrust.spring.ai.message.")
						|| frame.getClassName().startsWith("dev.braintrust.spring.ai.provider.")));
		if (forASpan) {
			throw sneaky(thrown);
		}
	}

	@SuppressWarnings("unchecked")
	private static <T extends Throwable> RuntimeException sneaky(Throwable thrown) throws T {
		throw (T) thrown;
	}

	private static class CountedTool implements ToolCallback {

		final Queue<Thread> readers = new ConcurrentLinkedQueue<>();

		private final Throwable thrown;

		CountedTool(Throwable thrown) {
			this.thrown = thrown;
		}

		@Override
		public ToolDefinition getToolDefinition() {
			return new ToolDefinition() {

				@Override
				public String name() {
					return "thermometer";
				}

				@Override
				public String description() {
					CountedTool.this.readers.add(Thread.currentThread());
					if (CountedTool.this.thrown != null) {
						throw sneaky(CountedTool.this.thrown);
					}
					return "Measures";
				}

				@Override
				public String inputSchema() {
					return "{}";
				}

			};
		}

		@Override
		public String call(String toolInput) {
			return "18";
		}

	}

}
