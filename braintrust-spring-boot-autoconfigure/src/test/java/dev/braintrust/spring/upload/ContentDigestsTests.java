package dev.braintrust.spring.upload;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.Attachments;
import org.junit.jupiter.api.Test;

import org.springframework.core.io.AbstractResource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ContentDigests}.
 */
class ContentDigestsTests {

	private static final String HASH_OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

	private final ContentDigests digests = new ContentDigests();

	@Test
	void sameBytesHaveTheSameHashWhateverTheyAreIn() throws IOException {
		byte[] bytes = "abc".getBytes(StandardCharsets.UTF_8);
		assertThat(hash(Attachments.of(bytes))).isEqualTo(HASH_OF_ABC);
		assertThat(hash(Attachments.ofDataUrl("data:text/plain;base64,YWJj"))).isEqualTo(HASH_OF_ABC);
		assertThat(hash(Attachments.ofBase64("YWJj", null))).isEqualTo(HASH_OF_ABC);
		assertThat(hash(Attachments.of((Resource) new ByteArrayResource(bytes)))).isEqualTo(HASH_OF_ABC);
	}

	@Test
	void arrayThatIsFilledAnewHasAnotherHash() throws IOException {
		byte[] buffer = new byte[10_000];
		String before = hash(Attachments.of(buffer));
		Arrays.fill(buffer, (byte) 7);
		assertThat(hash(Attachments.of(buffer))).isNotEqualTo(before);
	}

	@Test
	void arrayIsHashedOnce() throws IOException {
		// A cached hash does not change for a byte outside of the sample.
		byte[] bytes = new byte[10_000];
		String hash = hash(Attachments.of(bytes));
		AtomicInteger changed = new AtomicInteger();
		for (int i = 1; i < 60 && changed.get() == 0; i++) {
			bytes[i] = 1;
			changed.set(hash(Attachments.of(bytes)).equals(hash) ? 1 : 0);
		}
		assertThat(changed).hasValue(1);
	}

	@Test
	void noMoreIsReadThanMayBeUploaded() throws IOException {
		AtomicInteger read = new AtomicInteger();
		Resource endless = new AbstractResource() {
			@Override
			public String getDescription() {
				return "endless";
			}

			@Override
			public InputStream getInputStream() {
				return new InputStream() {
					@Override
					public int read() {
						return read.incrementAndGet() & 0xff;
					}
				};
			}
		};
		assertThat(this.digests.of(Attachments.of(endless), 200_000).size()).isGreaterThan(200_000);
		assertThat(read.get()).isLessThan(300_000);
	}

	private String hash(Attachment attachment) throws IOException {
		return this.digests.of(attachment, Long.MAX_VALUE).hash();
	}

}
