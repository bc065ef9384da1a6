package dev.braintrust.spring.content;

import java.nio.charset.StandardCharsets;
import java.util.Random;

import org.junit.jupiter.api.Test;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the buffer, which holds base64 in another way than other text.
 */
class JsonBufferTests {

	private final JsonBuffer buffer = new JsonBuffer();

	private final JsonGenerator json = JsonMapper.shared().createGenerator(this.buffer);

	@Test
	void base64BesideOtherTextIsWhatWasWritten() {
		assertThat(written(false, "latin \u00e9 ", "base64", " more")).isEqualTo("latin \u00e9 base64 more");
		assertThat(written(false, "wide \u20ac ", "base64", " more")).isEqualTo("wide \u20ac base64 more");
	}

	@Test
	void otherCharactersAreEscapedWhereBase64Is() {
		assertThat(written(false, "latin ", "base64", " wide \u20ac \ud83d\ude00"))
			.isEqualTo("latin base64 wide \\u20ac \\ud83d\\ude00");
		assertThat(written(true, "wide \u20ac ", "base64", " more")).isEqualTo("wide \\u20ac base64 more");
	}

	@Test
	void positionIsAfterWhatTheGeneratorHoldsAsItIsWritten() {
		this.buffer.clear(true);
		this.json.writeString("\u20ac");
		assertThat(this.buffer.position(this.json)).isEqualTo("\"\\u20ac\"".length());
	}

	@Test
	void halfOfACharacterBesideBase64IsWhatItIsWithoutAndPartsOfAWholeOneAreJoined() {
		assertThat(written(true, "cut \ud83d", "base64", " \ude00 cut \ud83d\ud83d\ude00 \ude00\ud83d."))
			.isEqualTo("cut ?base64 ? cut ?\\ud83d\\ude00 ??.");
		this.buffer.clear(true);
		for (char c : "\ud83d\ude00\u20ac\ud83d\ud83d\ude00".toCharArray()) {
			this.buffer.write(new char[] { c }, 0, 1);
		}
		assertThat(this.buffer.substring(0, this.buffer.position(this.json)))
			.isEqualTo("\\ud83d\\ude00\\u20ac?\\ud83d\\ude00");
	}

	private String written(boolean ready, String before, String base64, String after) {
		this.buffer.clear(ready);
		text(before);
		base64(base64);
		text(after);
		return this.buffer.substring(0, this.buffer.position(this.json));
	}

	@Test
	void textsInAnyOrderAreWhatWasWritten() {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		for (int span = 0; span < 500; span++) {
			boolean escaped = random.nextInt(4) == 0;
			this.buffer.clear(escaped);
			StringBuilder expected = new StringBuilder();
			for (int i = 0; i < 12; i++) {
				String piece = ((random.nextInt(8) > 0) ? "a\u00e9" : "\u20ac\ud83d\ude00")
					.repeat(random.nextInt(3000));
				if (random.nextInt(4) > 0) {
					text(piece);
					expected.append(escaped ? escaped(piece) : piece);
				}
				else {
					piece = "QUJD".repeat(random.nextInt(3000));
					base64(piece);
					escaped |= expected.indexOf("\u20ac") < 0;
					expected.append(piece);
				}
			}
			assertThat(this.buffer.position(this.json)).as("seed %s", seed).isEqualTo(expected.length());
			assertThat(this.buffer.substring(0, expected.length())).as("seed %s", seed).isEqualTo(expected.toString());
			if (!expected.isEmpty()) {
				int last = expected.length() - 1;
				assertThat(this.buffer.charAt(last)).as("seed %s", seed).isEqualTo(expected.charAt(last));
			}
		}
	}

	private static String escaped(String text) {
		return text.replace("\u20ac", "\\u20ac").replace("\ud83d", "\\ud83d").replace("\ude00", "\\ude00");
	}

	private void text(String text) {
		this.buffer.write(text.toCharArray(), 0, text.length());
	}

	private void base64(String text) {
		this.buffer.reserveAscii(text.length());
		this.buffer.writeAscii(text.getBytes(StandardCharsets.US_ASCII), text.length());
	}

}
