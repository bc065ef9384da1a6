package dev.braintrust.spring.export;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.braintrust.spring.api.MemoryBudget;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link SpanBudget} with projects whose attachments take a part of what all may
 * hold.
 */
class SpanBudgetTests {

	private static final long KB = 1L << 10;

	private final SpanPipeline pipeline = new SpanPipeline(new StagedTransport(),
			new RequestTries.Pace(Duration.ofHours(1), Duration.ZERO, Duration.ZERO, Duration.ZERO),
			new QueueLimits(8000 * KB, 4000, 8000 * KB, 8000 * KB));

	private final MemoryBudget memory = new MemoryBudget(8000 * KB);

	private final SpanBudget budget = new SpanBudget(new QueueLimits(8000 * KB, 4000, 8000 * KB, 8000 * KB),
			this.memory);

	private final List<SpanQueue> queues = new ArrayList<>();

	@AfterEach
	void close() {
		this.pipeline.close();
	}

	@Test
	void attachmentsOfAProjectWithoutSpansReduceTheRoomOfTheOthers() {
		attach("photos", 4000);
		SpanQueue support = queue("support", 22);
		SpanQueue quiet = queue("quiet", 19);
		assertThat(this.memory.held()).isEqualTo(8100 * KB);
		makeRoom();
		assertThat(this.memory.held()).isBetween(7900 * KB, 8000 * KB);
		assertThat(quiet.bytes()).isEqualTo(1900 * KB);
		assertThat(support.bytes()).isLessThan(2200 * KB);
	}

	@Test
	void attachmentsReduceTheRoomOfTheOthersByHalfAtMost() {
		attach("photos", 4000);
		attach("maps", 2000);
		SpanQueue support = queue("support", 22);
		SpanQueue quiet = queue("quiet", 19);
		makeRoom();
		assertThat(quiet.bytes()).isEqualTo(1900 * KB);
		assertThat(support.bytes()).isBetween(1900 * KB, 2000 * KB);
	}

	@Test
	void projectWithLargeAttachmentsGivesItsOwnSpansFirst() {
		attach("photos", 3950);
		SpanQueue photos = queue("photos", 2);
		SpanQueue support = queue("support", 20);
		SpanQueue quiet = queue("quiet", 19);
		makeRoom();
		assertThat(this.memory.held()).isLessThanOrEqualTo(8000 * KB);
		assertThat(photos.bytes()).isLessThan(200 * KB);
		assertThat(support.bytes()).isEqualTo(2000 * KB);
		assertThat(quiet.bytes()).isEqualTo(1900 * KB);
	}

	@Test
	void projectThatHasNothingLeftToGiveReducesTheRoomOfTheOthers() {
		attach("photos", 4000);
		SpanQueue photos = queue("photos", 1);
		SpanQueue support = queue("support", 23);
		SpanQueue quiet = queue("quiet", 19);
		makeRoom();
		assertThat(this.memory.held()).isBetween(7800 * KB, 8000 * KB);
		assertThat(photos.spans()).isZero();
		assertThat(support.bytes()).isLessThan(2300 * KB);
		assertThat(quiet.bytes()).isEqualTo(1900 * KB);
	}

	@Test
	void projectThatFillsTheBudgetMakesRoomForAttachmentsOfAnother() {
		SpanQueue support = queue("support", 80);
		SpanQueue quiet = queue("quiet", 1);
		makeRoom();
		attach("quiet", 1900);
		makeRoom();
		assertThat(this.memory.held()).isLessThanOrEqualTo(8000 * KB);
		assertThat(quiet.bytes()).isEqualTo(100 * KB);
		assertThat(support.bytes()).isBetween(5900 * KB, 6000 * KB);
	}

	@Test
	void spanIsNotDroppedForAttachments() {
		for (int kilobytes : List.of(4000, 2000, 1000, 500, 250)) {
			attach("photos" + kilobytes, kilobytes);
		}
		SpanQueue photos = queue("photos4000", 2);
		this.memory.of("maps").add(400 * KB);
		makeRoom();
		assertThat(photos.bytes()).isLessThan(100 * KB);
		assertThat(photos.spans()).isEqualTo(2);
	}

	@Test
	void budgetHoldsAgainWhenProjectsThatMayGiveHoldMoreThanIsLeft() {
		attach("photos", 3000);
		for (int i = 0; i < 50; i++) {
			queue("p" + i, 2);
		}
		assertThat(this.memory.held()).isEqualTo(13_000 * KB);
		makeRoom();
		assertThat(this.memory.held()).isLessThanOrEqualTo(8000 * KB);
		assertThat(this.queues).allMatch((queue) -> queue.spans() == 2);
	}

	private void attach(String project, long kilobytes) {
		assertThat(this.memory.of(project).reserve(kilobytes * KB)).isTrue();
	}

	// A project with spans of 100 kB.
	private SpanQueue queue(String project, int spans) {
		SpanSink sink = this.pipeline.open(SpanSource.settings(project, "http://127.0.0.1:9"), (read) -> List.of());
		SpanQueue queue = new SpanQueue((SpanInbox) sink, this.budget);
		for (int i = 0; i < spans; i++) {
			((SpanInbox) sink).push(new Content(), 100 * KB, false);
		}
		queue.collect(0);
		this.queues.add(queue);
		return queue;
	}

	private void makeRoom() {
		this.budget.survey(this.queues);
		this.budget.makeRoom(this.queues);
	}

	/**
	 * A span with content.
	 */
	private record Content() implements WaitingSpan {

		@Override
		public long contentSize() {
			return 100 * KB;
		}

		@Override
		public WaitingSpan withoutContent(LossReason reason) {
			return this;
		}

	}

}
