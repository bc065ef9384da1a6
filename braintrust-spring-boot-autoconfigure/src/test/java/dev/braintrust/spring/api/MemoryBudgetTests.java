package dev.braintrust.spring.api;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link MemoryBudget}.
 */
class MemoryBudgetTests {

	private final MemoryBudget budget = new MemoryBudget(100);

	private final MemoryBudget.Part support = this.budget.of("support");

	private final MemoryBudget.Part research = this.budget.of("research");

	@Test
	void projectMayHoldAsMuchAsItLeavesFree() {
		assertThat(this.support.reserve(50)).isTrue();
		assertThat(this.support.reserve(1)).isFalse();
		assertThat(this.research.reserve(25)).isTrue();
		assertThat(this.research.reserve(25)).isFalse();
		assertThat(this.budget.held()).isEqualTo(75);
		this.support.release(50);
		assertThat(this.research.reserve(12)).isTrue();
		assertThat(this.budget.of("research").held()).isEqualTo(37);
	}

	@Test
	void whatIsAddedCountsWhateverTheRoom() {
		this.support.add(1000);
		assertThat(this.budget.held()).isEqualTo(1000);
		assertThat(this.support.reserve(1)).isFalse();
	}

	@Test
	void projectThatHoldsLittleGetsItsPartWhateverTheOthersHold() {
		this.support.add(1000);
		assertThat(this.research.reserve(26)).isFalse();
		assertThat(this.research.reserve(20)).isTrue();
		assertThat(this.research.reserve(5)).isTrue();
		assertThat(this.research.reserve(1)).isFalse();
		assertThat(this.budget.of("third").reserve(17)).isFalse();
		assertThat(this.budget.of("third").reserve(16)).isTrue();
	}

	@Test
	void reservedBytesMakeNoRoomForOthers() {
		assertThat(this.support.reserve(50)).isTrue();
		assertThat(this.research.reserve(25)).isTrue();
		this.support.add(25);
		assertThat(this.budget.of("third").reserve(1)).isFalse();
		this.research.release(5);
		this.support.add(5);
		assertThat(this.budget.of("third").reserve(5)).isTrue();
		assertThat(this.budget.of("third").reserve(1)).isFalse();
		assertThat(this.budget.added()).isEqualTo(30);
	}

}
