package dev.braintrust.spring.api;

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
		boolean suppressed = UntracedWork
			.call(() -> InstrumentationUtil.shouldSuppressInstrumentation(Context.current()));
		assertThat(suppressed).isTrue();
		assertThat(InstrumentationUtil.shouldSuppressInstrumentation(Context.current())).isFalse();
	}

	@Test
	void workIsDoneWhereThereIsNobodyToAsk() {
		String type = InstrumentationUtil.class.getName();
		assertThat(UntracedWork.find(List.of(type + "Renamed", type), "suppressInstrumentation")).isNotNull();
		assertThat(UntracedWork.find(List.of(type + "Renamed"), "suppressInstrumentation")).isNull();
		assertThat(UntracedWork.find(List.of(type), "renamed")).isNull();
		assertThat(UntracedWork.call(() -> "done", null)).isEqualTo("done");
	}

	@Test
	void failureOfTheWorkIsThrownAsItIs() {
		IllegalArgumentException failure = new IllegalArgumentException();
		assertThatIllegalArgumentException().isThrownBy(() -> UntracedWork.call(() -> {
			throw failure;
		})).isSameAs(failure);
	}

}
