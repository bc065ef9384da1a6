package dev.braintrust.spring.content;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import com.sun.management.ThreadMXBean;
import dev.braintrust.spring.content.JsonBuffer.Json;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of {@link JsonBuffer}.
 */
class JsonBufferTests {

	private static final String[] CHARACTERS = { "a", "ascii that is a little longer", "\u007f", "\u0080", "é",
			"\u07ff", "\u0800", "…", "\uffff", "\ud83d\ude00", "\ud83d", "\ude00", "\udbff\udfff" };

	private final JsonBuffers buffers = new JsonBuffers();

	private final JsonBuffer buffer = this.buffers.take();

	@Test
	void textBecomesTheSameBytesAsInTheJdkHoweverItIsCut() {
		Random random = new Random(17);
		List<String> texts = new ArrayList<>();
		List<Json> written = new ArrayList<>();
		for (int i = 0; i < 200; i++) {
			StringBuilder text = new StringBuilder();
			while (text.length() < i * 20) {
				text.append(CHARACTERS[random.nextInt(CHARACTERS.length)]);
			}
			texts.add(text.toString());
			char[] characters = text.toString().toCharArray();
			int next = 0;
			while (next < characters.length) {
				int part = Math.min(characters.length - next, 1 + random.nextInt(50));
				this.buffer.write(characters, next, part);
				next += part;
			}
			written.add(this.buffer.take());
		}
		for (int i = 0; i < texts.size(); i++) {
			byte[] expected = texts.get(i).getBytes(StandardCharsets.UTF_8);
			byte[] bytes = new byte[written.get(i).length()];
			written.get(i).copyTo(bytes, 0);
			assertThat(bytes).as(texts.get(i)).isEqualTo(expected);
			assertThat(written.get(i)).hasToString(new String(expected, StandardCharsets.UTF_8));
		}
	}

	@Test
	void bytesStandBetweenWhatIsWrittenAroundThem() {
		byte[] ascii = "base64".repeat(10_000).getBytes(StandardCharsets.US_ASCII);
		write("before…");
		this.buffer.write(ascii, ascii.length);
		write("…after");
		assertThat(this.buffer.take()).hasToString("before…" + "base64".repeat(10_000) + "…after");
	}

	@Test
	void bufferOfOneSmallSpanTakesLittleRoom() {
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		char[] text = "x".repeat(1000).toCharArray();
		long before = threads.getCurrentThreadAllocatedBytes();
		for (int i = 0; i < 1000; i++) {
			new JsonBuffer(this.buffers).write(text, 0, text.length);
		}
		assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(3_000_000);
	}

	@Test
	void whatIsWrittenOnceMoreTakesThePlaceOfWhatWasGivenUp() {
		write("first");
		Json first = this.buffer.take();
		this.buffer.keep();
		write("given up");
		this.buffer.take();
		write("\ud83d");
		this.buffer.start();
		write("second");
		assertThat(this.buffer.take()).hasToString("second");
		assertThat(first).hasToString("first");
	}

	@Test
	void bufferIsUsedAgainOnceItIsReleasedUnlessItGrewALot() {
		write("small");
		Json json = this.buffer.take();
		this.buffer.keep();
		assertThat(this.buffers.take()).isNotSameAs(this.buffer);
		json.release();
		assertThat(this.buffers.take()).isSameAs(this.buffer);
		write("x".repeat(300 * 1024));
		this.buffer.release();
		assertThat(this.buffers.take()).isNotSameAs(this.buffer);
	}

	@Test
	void whatWasReleasedIsNotReadAnyMore() {
		write("of one span");
		Json released = this.buffer.take();
		released.release();
		write("of another");
		assertThatIllegalStateException().isThrownBy(released::toString);
		Json other = this.buffer.take();
		// Each span of a request releases only its own buffer.
		released.release();
		assertThat(other).hasToString("of another");
	}

	private void write(String text) {
		this.buffer.write(text.toCharArray(), 0, text.length());
	}

}
