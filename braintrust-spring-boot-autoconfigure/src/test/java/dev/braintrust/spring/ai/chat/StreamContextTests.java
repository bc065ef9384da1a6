package dev.braintrust.spring.ai.chat;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ThreadLocalAccessor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.util.context.Context;

import org.springframework.ai.chat.client.ChatClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that with {@code spring.reactor.context-propagation=auto}, tracing hardly
 * increases how often Reactor restores thread locals.
 */
class StreamContextTests {

	private static final int CHUNKS = 200;

	private final TracedClient client = new TracedClient();

	private final CountingAccessor accessor = new CountingAccessor();

	@BeforeEach
	void propagate() {
		ContextRegistry.getInstance().registerThreadLocalAccessor(this.accessor);
		Hooks.enableAutomaticContextPropagation();
	}

	@AfterEach
	void close() {
		Hooks.disableAutomaticContextPropagation();
		ContextRegistry.getInstance().removeThreadLocalAccessor(CountingAccessor.KEY);
		this.client.close();
	}

	@Test
	void threadLocalsAreRestoredByOneMoreOperator() {
		String[] chunks = new String[CHUNKS];
		Arrays.fill(chunks, "word ");
		this.client.model().says(chunks);
		int bare = restored(ChatClient.create(this.client.model()));
		this.client.model().says(chunks);
		AtomicInteger traced = new AtomicInteger();
		this.client.run((chat) -> chat, (chat, tracer) -> traced.set(restored(chat)));
		// Each operator that restores them does so at each chunk. Tracing adds one such
		// operator, for the task in the stream's context, and some work once per stream.
		assertThat(traced.get()).isLessThan(bare + 2 * CHUNKS + CHUNKS / 2);
	}

	private int restored(ChatClient chat) {
		this.accessor.restored.set(0);
		Flux<String> answer = chat.prompt("count").stream().content();
		assertThat(answer.contextWrite(Context.of(CountingAccessor.KEY, "value")).collectList().block())
			.hasSize(CHUNKS);
		return this.accessor.restored.get();
	}

	private static final class CountingAccessor implements ThreadLocalAccessor<String> {

		private static final String KEY = "counting";

		private final ThreadLocal<String> value = new ThreadLocal<>();

		private final AtomicInteger restored = new AtomicInteger();

		@Override
		public Object key() {
			return KEY;
		}

		@Override
		public String getValue() {
			return this.value.get();
		}

		@Override
		public void setValue(String value) {
			this.restored.incrementAndGet();
			this.value.set(value);
		}

		@Override
		public void setValue() {
			this.value.remove();
		}

	}

}
