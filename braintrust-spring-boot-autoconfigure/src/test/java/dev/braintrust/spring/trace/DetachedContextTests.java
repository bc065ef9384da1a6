package dev.braintrust.spring.trace;

import dev.braintrust.spring.trace.w3c.DetachedContext;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DetachedContext}.
 */
class DetachedContextTests {

	private static final ContextKey<String> ONE = ContextKey.named("key");

	private static final ContextKey<String> ANOTHER = ContextKey.named("key");

	@Test
	void latestValueOfAKeyIsThere() {
		Context first = DetachedContext.empty().with(ONE, "a").with(ANOTHER, "b");
		Context second = first.with(ONE, "c");
		assertThat(first.get(ONE)).isEqualTo("a");
		assertThat(second.get(ONE)).isEqualTo("c");
		assertThat(second.get(ANOTHER)).isEqualTo("b");
		assertThat(DetachedContext.empty().get(ONE)).isNull();
	}

}
