package dev.braintrust.spring.console;

import java.lang.reflect.Method;
import java.util.Arrays;

import dev.braintrust.spring.export.SpanReader;
import dev.braintrust.spring.export.WaitingSpan;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThatCode;

/**
 * Tests of {@link WatchedProject}.
 */
class WatchedProjectTests {

	// A default method that is not overridden would change how spans are sent.
	@Test
	void whatStandsBeforeTheExportPassesOnEverything() {
		passesOn(WatchedProject.Watched.class, WaitingSpan.class);
		passesOn(WatchedProject.Reader.class, SpanReader.class);
	}

	private static void passesOn(Class<?> wrapper, Class<?> type) {
		for (Method method : type.getMethods()) {
			assertThatCode(() -> wrapper.getDeclaredMethod(method.getName(), method.getParameterTypes()))
				.as(wrapper + " has " + Arrays.toString(method.getParameterTypes()) + method.getName())
				.doesNotThrowAnyException();
		}
	}

}
