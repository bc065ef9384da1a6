package dev.braintrust.spring.autoconfigure;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import dev.braintrust.spring.Attachments;
import dev.braintrust.spring.ai.message.ChatMessages;
import dev.braintrust.spring.support.UploadFlow.Fault;
import dev.braintrust.spring.support.UploadFlow.Step;
import dev.braintrust.spring.upload.AttachmentStatus.State;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.content.Media;
import org.springframework.core.io.AbstractResource;
import org.springframework.util.MimeTypeUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of attachments in spans that are written several times, because a filter drops a
 * field or a field is too large.
 */
class AttachmentDecisionTests {

	private static final byte[] IMAGE = TracedAttachments.image(100_000, 1);

	private final TracedAttachments traced = new TracedAttachments()
		.filter((text, field) -> text.equals("secret") ? null : text);

	@AfterEach
	void close() {
		this.traced.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "upload", "base64" })
	void fileIsReadAsOftenAsForASpanThatIsWrittenOnce(String mode) {
		this.traced.with("braintrust.attachments.mode", mode);
		Counted once = new Counted(IMAGE);
		this.traced.arrived(Attachments.of(once));
		Counted again = new Counted(TracedAttachments.image(100_000, 2));
		recordTwice(Attachments.of(again));
		assertThat(this.traced.lastInput().isObject()).isTrue();
		assertThat(again.opened).hasValue(once.opened.get());
	}

	@Test
	void fileIsReadOnceThoughItsSpanIsCutManyTimes() {
		this.traced.with("braintrust.capture.max-field-size", "1KB");
		Counted file = new Counted(IMAGE);
		this.traced.tracer()
			.rootSpan("turn")
			.input(Attachments.of(file))
			.run((span) -> span.output(Collections.nCopies(40, "x".repeat(2000))));
		this.traced.flush();
		assertThat(this.traced.hasObject(this.traced.lastInput(), IMAGE)).isTrue();
		// It is opened to detect the type, to hash it, and to upload it.
		assertThat(file.opened).hasValue(3);
	}

	@Test
	void fileThatCannotBeReadIsCountedOnce() {
		recordTwice(Attachments.of(new Counted(IMAGE) {
			@Override
			public InputStream getInputStream() throws IOException {
				this.opened.incrementAndGet();
				throw new IOException("gone");
			}
		}));
		assertThat(this.traced.status().refused()).isEqualTo(Map.of("unreadable", 1L));
	}

	@Test
	void whatIsTooLargeIsCountedOnceWhateverItIs() {
		this.traced.with("braintrust.attachments.max-size", "1KB");
		recordTwice(List.of(Attachments.of(IMAGE), Attachments.of(new Counted(IMAGE)),
				"data:image/png;base64," + Base64.getEncoder().encodeToString(IMAGE)));
		assertThat(this.traced.status().refused()).isEqualTo(Map.of("too_large", 3L));
	}

	@Test
	void mediaOfMessagesAreDecidedOnOnceToo() {
		this.traced.with("braintrust.attachments.max-size", "1KB");
		Media media = Media.builder().mimeType(MimeTypeUtils.IMAGE_PNG).data(IMAGE).build();
		recordTwice(new ChatMessages(List.of(UserMessage.builder().text("What?").media(media).build())));
		assertThat(this.traced.status().refused()).isEqualTo(Map.of("too_large", 1L));
	}

	@Test
	void outageEndsThoughEachSpanIsWrittenTwice() {
		this.traced.uploads().failing(Step.LOGIN, Fault.status(401));
		recordTwice(Attachments.of(IMAGE));
		assertThat(this.traced.status().state()).isEqualTo(State.UNAVAILABLE);
		recordTwice(Attachments.of(IMAGE));
		assertThat(this.traced.status().state()).isEqualTo(State.AVAILABLE);
		assertThat(this.traced.hasObject(this.traced.lastInput(), IMAGE)).isTrue();
	}

	@Test
	void fieldThatIsDroppedDoesNotKeepAnOutageFromEnding() {
		this.traced.uploads().failing(Step.LOGIN, Fault.status(401));
		this.traced.arrived(Attachments.of(IMAGE));
		assertThat(this.traced.status().state()).isEqualTo(State.UNAVAILABLE);
		this.traced.arrived(List.of(Attachments.of(IMAGE), "secret"));
		JsonNode next = this.traced.arrived(Attachments.of(IMAGE));
		assertThat(this.traced.hasObject(next, IMAGE)).isTrue();
	}

	private void recordTwice(Object input) {
		this.traced.tracer().rootSpan("turn").input(input).run((span) -> span.output("secret"));
		this.traced.flush();
	}

	/**
	 * A resource that counts how many times it is opened.
	 */
	private static class Counted extends AbstractResource {

		final AtomicInteger opened = new AtomicInteger();

		private final byte[] bytes;

		Counted(byte[] bytes) {
			this.bytes = bytes;
		}

		@Override
		public long contentLength() {
			return this.bytes.length;
		}

		@Override
		public InputStream getInputStream() throws IOException {
			this.opened.incrementAndGet();
			return new ByteArrayInputStream(this.bytes);
		}

		@Override
		public String getDescription() {
			return "counted";
		}

	}

}
