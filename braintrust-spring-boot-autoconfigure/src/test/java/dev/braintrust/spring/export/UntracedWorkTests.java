package dev.braintrust.spring.export;

import java.util.ArrayList;
import java.util.List;

import io.opentelemetry.api.internal.InstrumentationUtil;
import io.opentelemetry.context.Context;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link UntracedWork}.
 */
class UntracedWorkTests {

	@Test
	void instrumentationIsAskedToLeaveTheWorkAlone() {
		List<Boolean> suppressed = new ArrayList<>();
		UntracedWork.run(() -> suppressed.add(InstrumentationUtil.shouldSuppressInstrumentation(Context.current())));
		assertThat(suppressed).containsExactly(true);
		assertThat(InstrumentationUtil.shouldSuppressInstrumentation(Context.current())).isFalse();
	}

	@Test
	void workIsDoneWhereThereIsNobodyToAsk() {
		assertThat(UntracedWork.find("io.opentelemetry.api.internal.Renamed", "suppressInstrumentation")).isNull();
		assertThat(UntracedWork.find("io.opentelemetry.api.internal.InstrumentationUtil", "renamed")).isNull();
		List<String> done = new ArrayList<>();
		UntracedWork.run(() -> done.add("work"), null);
		assertThat(done).containsExactly("work");
	}

	@Test
	void failureOfTheWorkIsThrownAsItIs() {
		IllegalArgumentException failure = new IllegalArgumentException();
		assertThatIllegalArgumentException().isThrownBy(() -> UntracedWork.run(() -> {
			throw failure;
		})).isSameAs(failure);
	}

}
