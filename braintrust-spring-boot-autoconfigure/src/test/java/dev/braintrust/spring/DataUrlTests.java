package dev.braintrust.spring;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.Random;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the data URLs of {@link Attachments}.
 */
class DataUrlTests {

	private static final String HEAD = "data:image/png;base64,";

	@Test
	void allBase64IsRecognisedAndDecoded() throws IOException {
		Random random = new Random(14);
		for (int i = 0; i < 2000; i++) {
			byte[] bytes = new byte[random.nextInt(300)];
			random.nextBytes(bytes);
			Base64.Encoder encoder = switch (i % 3) {
				case 0 -> Base64.getEncoder();
				case 1 -> Base64.getUrlEncoder();
				default -> Base64.getMimeEncoder();
			};
			String base64 = ((i % 2 == 0) ? encoder : encoder.withoutPadding()).encodeToString(bytes);
			String url = ((i % 5 == 0) ? " \n" : "") + HEAD + base64 + ((i % 7 == 0) ? "\r\n" : "");
			assertThat(Attachments.isDataUrl(url)).as(url).isTrue();
			assertThat(decoded(url)).as(url).isEqualTo(bytes);
			assertThat(Attachments.ofDataUrl(url).size()).as(url).isEqualTo(bytes.length);
		}
	}

	@Test
	void whatIsRecognisedIsDecodedAndNothingElseIs() {
		String alphabet = "AQz09+/-_==\n\r !,;\u00e9\u2003";
		Random random = new Random(14);
		int recognised = 0;
		for (int i = 0; i < 100_000; i++) {
			StringBuilder base64 = new StringBuilder(HEAD);
			// The first characters are base64, and some of the others are not.
			int valid = (i % 2 == 0) ? alphabet.length() : 9;
			random.ints(random.nextInt(8), 0, valid).forEach((index) -> base64.append(alphabet.charAt(index)));
			random.ints(random.nextInt(3), 9, 14).forEach((index) -> base64.append(alphabet.charAt(index)));
			String url = base64.toString();
			byte[] bytes = decoded(url);
			assertThat(Attachments.isDataUrl(url)).as(url).isEqualTo(bytes != null);
			recognised += (bytes != null) ? 1 : 0;
		}
		assertThat(recognised).isBetween(10_000, 90_000);
	}

	@Test
	void headMayBeLong() throws IOException {
		String url = "data:image/png;name=" + "n".repeat(1000) + ";base64,QUJD";
		assertThat(Attachments.isDataUrl(url)).isTrue();
		assertThat(Attachments.ofDataUrl(url).name()).hasSize(1000);
		assertThat(decoded(url)).isEqualTo("ABC".getBytes());
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "data:", "data:,", "data:,text", "data:image/png,QUJD", "see data:;base64,QUJD",
			"data:;base64", "base64,QUJD", "data: {\"id\": 1}" })
	void otherTextsAreNone(String text) {
		assertThat(Attachments.isDataUrl(text)).isFalse();
		assertThat(decoded(text)).isNull();
	}

	private static byte @Nullable [] decoded(String url) {
		try (InputStream content = Attachments.ofDataUrl(url).openStream()) {
			byte[] whole = content.readAllBytes();
			try (InputStream again = Attachments.ofDataUrl(url).openStream()) {
				ByteArrayOutputStream single = new ByteArrayOutputStream();
				for (int next = again.read(); next >= 0; next = again.read()) {
					single.write(next);
				}
				assertThat(single.toByteArray()).isEqualTo(whole);
			}
			return whole;
		}
		catch (IOException | IllegalArgumentException ex) {
			return null;
		}
	}

}
