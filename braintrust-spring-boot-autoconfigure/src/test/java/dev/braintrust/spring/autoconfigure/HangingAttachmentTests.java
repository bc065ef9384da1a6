package dev.braintrust.spring.autoconfigure;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

import dev.braintrust.spring.Attachments;
import dev.braintrust.spring.support.UploadFlow.Fault;
import dev.braintrust.spring.support.UploadFlow.Step;
import dev.braintrust.spring.upload.AttachmentStatus.State;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.core.io.AbstractResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of files and resources that hang when they are opened or read.
 */
@Tag("fault")
class HangingAttachmentTests {

	private static final byte[] IMAGE = TracedAttachments.image(300_000, 1);

	// The successive reads of a resource.
	private static final int DETECTION = 1;

	private static final int HASH = 2;

	private static final int UPLOAD = 3;

	private final TracedAttachments traced = new TracedAttachments().with("braintrust.export.timeout", "3s")
		.with("braintrust.attachments.max-wait", "3s")
		.with("braintrust.projects.sales.name", "Sales");

	private final CountDownLatch released = new CountDownLatch(1);

	@AfterEach
	void close() {
		this.released.countDown();
		this.traced.close();
	}

	@ParameterizedTest
	@CsvSource({ "1, true", "2, true", "1, false", "2, false" })
	void whatHangsBeforeItIsUploadedIsANoteAndIsCounted(int reading, boolean interruptible) {
		JsonNode input = this.traced
			.arrived(List.of(Attachments.of(new Hanging(reading, interruptible)), Attachments.of(IMAGE), "rest"));
		assertThat(input.get(0).asString()).endsWith("not recorded: not readable]");
		assertThat(this.traced.hasObject(input.get(1), IMAGE)).isTrue();
		assertThat(input.get(2).asString()).isEqualTo("rest");
		assertThat(this.traced.status().refused()).isEqualTo(Map.of("unreadable", 1L));
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void whatHangsWhileItIsSentIsReportedAndReadIntoTheSpan(boolean interruptible) {
		this.traced.with("braintrust.attachments.max-wait", "20s");
		JsonNode input = this.traced.arrived(Attachments.of(new Hanging(UPLOAD, interruptible)));
		assertThat(input.get("content").asString())
			.isEqualTo("data:image/png;base64," + Base64.getEncoder().encodeToString(IMAGE));
		JsonNode reported = this.traced.uploads().statuses().values().iterator().next();
		assertThat(reported.at("/status/upload_status").asString()).isEqualTo("error");
		assertThat(reported.at("/status/error_message").asString()).isEqualTo("storage: not readable");
		assertThat(this.traced.uploads().requests(Step.URL)).hasSize(1);
		assertThat(this.traced.status().failed()).isEqualTo(Map.of("storage", 1L));
		assertThat(this.traced.status().state()).isEqualTo(State.AVAILABLE);
	}

	@Test
	void whatHangsWhileItIsSentHoldsUpNoOtherProject() {
		this.traced.with("braintrust.export.timeout", "1m").with("braintrust.attachments.max-wait", "20s");
		for (int i = 0; i < 4; i++) {
			this.traced.with("braintrust.projects.hung" + i + ".name", "Hung");
		}
		for (int i = 0; i < 4; i++) {
			record("hung" + i, new Hanging(UPLOAD, false));
		}
		await().until(() -> this.traced.uploads().requests(Step.URL).size() == 4);
		this.traced.uploads().failing(Step.URL, Fault.status(500));
		record("sales", IMAGE);
		assertThat(this.traced.projects().flush("sales", TracedAttachments.LONG)).isTrue();
		await().until(() -> this.traced.uploads().objects().size() == 1);
	}

	@Test
	void deadlineOfARequestIsKeptWhileOthersHangInTheirReading() {
		this.traced.with("braintrust.projects.hung.name", "Hung").with("braintrust.attachments.max-wait", "20s");
		record("hung", new Hanging(UPLOAD, false));
		await().until(() -> this.traced.uploads().requests(Step.URL).size() == 1);
		this.traced.uploads().failing(Step.URL, Fault.hang());
		this.traced.record(Attachments.of(IMAGE));
		assertThat(this.traced.projects().flush("support", TracedAttachments.LONG)).isTrue();
		// The other one may arrive before or after it.
		assertThat(this.traced.spans()).filteredOn((span) -> span.name().equals("turn"))
			.singleElement()
			.satisfies((span) -> assertThat(this.traced.hasObject(span.input(), IMAGE)).isTrue());
	}

	@Test
	void twoThatHangForGoodStopTheFilesOfTheirProjectAlone() {
		this.traced.with("braintrust.attachments.max-wait", "8s")
			.arrived(List.of(Attachments.of(new Hanging(DETECTION, false)), Attachments.of(new Hanging(HASH, false))));
		long start = System.nanoTime();
		JsonNode input = this.traced.arrived(List.of(Attachments.of(new Hanging(0, true)), Attachments.of(IMAGE)));
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
		assertThat(input.get(0).asString()).isEqualTo("[not recorded: not readable]");
		assertThat(this.traced.hasObject(input.get(1), IMAGE)).isTrue();
		record("sales", new Hanging(0, true));
		assertThat(this.traced.flush()).isTrue();
		assertThat(this.traced.hasObject(this.traced.lastInput(), IMAGE)).isTrue();
		this.released.countDown();
		await().untilAsserted(() -> assertThat(
				this.traced.hasObject(this.traced.arrived(Attachments.of(new Hanging(0, true))), IMAGE))
			.isTrue());
	}

	@Test
	void spanWaitsForTwoThatEndWhenTheyAreInterruptedAndNotForAllThatFollow() {
		long start = System.nanoTime();
		this.traced.arrived(Stream.generate(() -> Attachments.of(new Hanging(HASH, true))).limit(40).toList());
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(40 * 3 / 2));
		assertThat(this.traced.status().refused()).isEqualTo(Map.of("unreadable", 40L));
	}

	@Test
	void threadsThatReadAreFewAndEndWhenNothingIsRead() {
		List<Thread> before = threads().toList();
		this.traced.arrived(Stream.generate(() -> Attachments.of(new Hanging(0, true))).limit(20).toList());
		List<Thread> started = threads().filter((thread) -> !before.contains(thread)).toList();
		assertThat(started).hasSizeBetween(1, 3).allSatisfy((thread) -> {
			assertThat(thread.isDaemon()).isTrue();
			assertThat(thread.getContextClassLoader()).isSameAs(Attachments.class.getClassLoader());
		});
		await().until(() -> started.stream().noneMatch(Thread::isAlive));
	}

	private static Stream<Thread> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals("braintrust-read"));
	}

	private void record(String project, Object content) {
		this.traced.tracer(project)
			.rootSpan(project)
			.input((content instanceof byte[] bytes) ? Attachments.of(bytes) : Attachments.of((Hanging) content))
			.run((span) -> {
			});
	}

	/**
	 * A resource of which one read hangs after the first bytes.
	 */
	private final class Hanging extends AbstractResource {

		private final int reading;

		private final boolean interruptible;

		private int readings;

		Hanging(int reading, boolean interruptible) {
			this.reading = reading;
			this.interruptible = interruptible;
		}

		@Override
		public long contentLength() {
			return IMAGE.length;
		}

		@Override
		public synchronized InputStream getInputStream() {
			InputStream content = new ByteArrayInputStream(IMAGE);
			return (++this.readings != this.reading) ? content : new FilterInputStream(content) {
				@Override
				public int read(byte[] target, int offset, int length) throws IOException {
					if (this.in.available() < IMAGE.length) {
						hang();
					}
					return super.read(target, offset, Math.min(length, 1000));
				}
			};
		}

		private void hang() throws IOException {
			while (HangingAttachmentTests.this.released.getCount() > 0) {
				try {
					HangingAttachmentTests.this.released.await();
				}
				catch (InterruptedException ex) {
					if (this.interruptible) {
						throw new InterruptedIOException();
					}
				}
			}
		}

		@Override
		public String getDescription() {
			return "hanging";
		}

	}

}
