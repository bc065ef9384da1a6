package dev.braintrust.spring.autoconfigure;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.Attachments;
import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.support.ReceivedSpan;
import dev.braintrust.spring.support.UploadFlow.Fault;
import dev.braintrust.spring.support.UploadFlow.Step;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

import org.springframework.core.io.AbstractResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests the guarantee of uploads under all faults: each reference in a received span has
 * its object in the storage, byte for byte, or the span contains the bytes or a note
 * instead. Other spans do not wait, and every span is counted.
 */
@Tag("fault")
class UploadFaultTests {

	private static final byte[] FIRST = TracedAttachments.image(20_000, 1);

	private static final byte[] SECOND = TracedAttachments.image(30_000, 2);

	private static final Duration WAIT = Duration.ofSeconds(4);

	private final TracedAttachments traced = new TracedAttachments().with("braintrust.export.timeout", "1s")
		.with("braintrust.export.shutdown-timeout", "6s")
		.with("braintrust.attachments.max-wait", WAIT)
		.with("braintrust.projects.sales.name", "Sales");

	private final CountDownLatch released = new CountDownLatch(1);

	@AfterEach
	void close() {
		this.released.countDown();
		this.traced.close();
	}

	@ParameterizedTest
	@EnumSource(UploadFault.class)
	void eachReferenceHasItsObjectOrTheBytesAreInTheSpan(UploadFault fault) {
		fault.prepare(this);
		Attachment second = fault.attachment(this);
		this.traced.record(List.of(Attachments.of(FIRST), second, "text"));
		this.traced.record(List.of(Attachments.of(FIRST.clone())));
		this.traced.tracer().rootSpan("beside").input("text").run((span) -> {
		});
		this.traced.tracer("sales").rootSpan("sales").input("text").run((span) -> {
		});
		if (fault == UploadFault.CLOSING) {
			this.traced.projects().destroy();
		}
		else {
			long start = System.nanoTime();
			this.traced.projects().flush(TracedAttachments.LONG);
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(TracedAttachments.LONG);
			if (fault.name().endsWith("HANGS")) {
				// The other spans did not wait.
				assertThat(names().subList(0, 2)).containsExactlyInAnyOrder("beside", "sales");
			}
		}
		assertThat(names()).containsExactlyInAnyOrder("turn", "turn", "beside", "sales");
		assertThat(this.traced.exported()).satisfies((status) -> {
			assertThat(status.ended()).isEqualTo(3);
			assertThat(status.sent()).isEqualTo(3);
			assertThat(status.queued()).isZero();
		});
		List<JsonNode> inputs = spans().stream()
			.filter((span) -> span.name().equals("turn"))
			.map(ReceivedSpan::input)
			.toList();
		inputs.forEach((input) -> {
			assertDelivered(input.get(0), FIRST, fault.drops);
			if (input.size() > 1) {
				assertDelivered(input.get(1), SECOND, fault.drops || fault.unreadable);
				assertThat(input.get(2).asString()).isEqualTo("text");
			}
		});
		await().until(() -> this.traced.status().waiting() == 0);
		assertThat(this.traced.status().waitingBytes()).isZero();
		if (fault.drops) {
			assertThat(this.traced.uploads().requests()).isEmpty();
		}
	}

	@Test
	void manyProjectsWhoseStorageHangsStayWithinOneBudget() {
		always(Step.STORAGE, Fault.hang());
		this.traced.with("braintrust.export.max-queue-size", "8MB");
		List<String> keys = IntStream.range(0, 20).mapToObj((i) -> "project" + i).toList();
		keys.forEach((key) -> this.traced.with("braintrust.projects." + key + ".name", key));
		for (int i = 0; i < 5; i++) {
			byte[] image = TracedAttachments.image(500_000, i);
			keys.forEach((key) -> this.traced.tracer(key)
				.rootSpan("turn")
				.input(Attachments.of(image.clone()))
				.run((span) -> {
				}));
			assertThat(keys.stream().mapToLong((key) -> this.traced.status(key).waitingBytes()).sum()).isBetween(1L,
					8L << 20);
		}
		assertThat(keys).allSatisfy((key) -> assertThat(this.traced.status(key).waitingBytes()).isLessThan(5L << 20));
		this.traced.projects().flush(TracedAttachments.LONG);
		assertThat(spans()).hasSize(100);
		assertThat(keys).allSatisfy((key) -> assertThat(this.traced.status(key).waitingBytes()).isZero());
	}

	@Test
	void closeEndsInTimeWhateverHangsAndLeavesNoThread() {
		List<Thread> before = threads();
		this.traced.with("braintrust.attachments.max-wait", "10m")
			.with("braintrust.export.timeout", "10m")
			.with("braintrust.export.shutdown-timeout", "3s");
		always(Step.STORAGE, Fault.hang());
		this.traced.record(Attachments.of(FIRST));
		this.traced.tracer("sales").rootSpan("sales").input(Attachments.of(new Faulty(this.released))).run((span) -> {
		});
		this.traced.projects().flush(Duration.ofMillis(300));
		long start = System.nanoTime();
		this.traced.projects().destroy();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(TracedAttachments.LONG);
		assertDelivered(this.traced.spans()
			.stream()
			.filter((span) -> span.name().equals("turn"))
			.findFirst()
			.orElseThrow()
			.input(), FIRST, false);
		this.released.countDown();
		await().until(() -> before.containsAll(threads()));
	}

	private static List<Thread> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith("braintrust-upload")
					|| thread.getName().equals("braintrust-read"))
			.toList();
	}

	// A retried request may deliver a span twice.
	private List<ReceivedSpan> spans() {
		Map<String, ReceivedSpan> spans = new LinkedHashMap<>();
		this.traced.spans().forEach((span) -> spans.putIfAbsent(span.spanId(), span));
		return List.copyOf(spans.values());
	}

	private List<String> names() {
		return spans().stream().map(ReceivedSpan::name).toList();
	}

	private void assertDelivered(JsonNode recorded, byte[] bytes, boolean note) {
		if (note) {
			assertThat(recorded.asString()).startsWith("[");
		}
		else if (recorded.has("key")) {
			assertThat(this.traced.hasObject(recorded, bytes)).isTrue();
		}
		else {
			String url = recorded.get("content").asString();
			assertThat(Arrays.equals(Base64.getDecoder().decode(url.substring(url.indexOf(',') + 1)), bytes)).isTrue();
		}
	}

	private void always(Step step, Fault fault) {
		this.traced.uploads().failing(step, Stream.generate(() -> fault).limit(100).toArray(Fault[]::new));
	}

	/**
	 * The fault to simulate.
	 */
	private enum UploadFault {

		NONE((test) -> {
		}),

		URL_FAILS((test) -> test.always(Step.URL, Fault.status(500))),

		URL_REFUSED((test) -> test.always(Step.URL, Fault.status(403))),

		URL_HANGS((test) -> test.always(Step.URL, Fault.hang())),

		STORAGE_FAILS((test) -> test.always(Step.STORAGE, Fault.status(500))),

		STORAGE_REFUSES((test) -> test.always(Step.STORAGE, Fault.status(403))),

		STORAGE_HANGS((test) -> test.always(Step.STORAGE, Fault.hang())),

		STORAGE_IS_CUT_OFF((test) -> test.always(Step.STORAGE, Fault.cut())),

		LOGIN_REFUSED((test) -> test.always(Step.LOGIN, Fault.status(401))),

		LOGIN_FAILS((test) -> test.always(Step.LOGIN, Fault.status(500))),

		LOGIN_HANGS((test) -> test.always(Step.LOGIN, Fault.hang())),

		STATUS_HANGS((test) -> test.always(Step.STATUS, Fault.hang())),

		CLOSING((test) -> test.always(Step.STORAGE, Fault.hang())),

		FILTER_DROPS((test) -> test.traced.filter(new Dropping())),

		FILE_HANGS((test) -> {
		}),

		FILE_VANISHES((test) -> {
		});

		private final Consumer<UploadFaultTests> preparation;

		private final boolean drops = name().equals("FILTER_DROPS");

		private final boolean unreadable = name().startsWith("FILE_");

		UploadFault(Consumer<UploadFaultTests> preparation) {
			this.preparation = preparation;
		}

		void prepare(UploadFaultTests test) {
			this.preparation.accept(test);
		}

		Attachment attachment(UploadFaultTests test) {
			return switch (this) {
				case FILE_HANGS -> Attachments.of(new Faulty(test.released));
				case FILE_VANISHES -> Attachments.of(new Faulty(null));
				// A file, which the fault does not affect.
				default -> Attachments.of(new FileResource());
			};
		}

	}

	/**
	 * A filter that drops attachments.
	 */
	private static final class Dropping implements ContentFilter {

		@Override
		public String filter(String text, Field field) {
			return text;
		}

		@Override
		public Attachment filterAttachment(Attachment attachment, Field field) {
			return null;
		}

	}

	/**
	 * A file.
	 */
	private static class FileResource extends AbstractResource {

		@Override
		public long contentLength() {
			return SECOND.length;
		}

		@Override
		public InputStream getInputStream() throws IOException {
			return new ByteArrayInputStream(SECOND);
		}

		@Override
		public String getDescription() {
			return "file";
		}

	}

	/**
	 * A file that hangs, or that disappears between detection and reading.
	 */
	private static final class Faulty extends FileResource {

		private final CountDownLatch released;

		private int opened;

		Faulty(CountDownLatch released) {
			this.released = released;
		}

		@Override
		public InputStream getInputStream() throws IOException {
			if (this.released == null && ++this.opened > 1) {
				throw new IOException("gone");
			}
			return (this.released == null) ? super.getInputStream() : new FilterInputStream(super.getInputStream()) {
				@Override
				public int read(byte[] target, int offset, int length) throws IOException {
					while (Faulty.this.released.getCount() > 0) {
						try {
							Faulty.this.released.await();
						}
						catch (InterruptedException ex) {
							// Ignore the interrupt.
						}
					}
					return super.read(target, offset, length);
				}
			};
		}

	}

}
