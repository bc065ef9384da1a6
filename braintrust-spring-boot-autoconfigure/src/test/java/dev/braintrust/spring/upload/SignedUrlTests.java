package dev.braintrust.spring.upload;

import java.net.URI;
import java.net.http.HttpRequest;

import dev.braintrust.spring.Attachments;
import dev.braintrust.spring.api.Account;
import dev.braintrust.spring.autoconfigure.properties.SettingsSource;
import dev.braintrust.spring.support.ReceivedSpan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link SignedUrl}.
 */
class SignedUrlTests {

	@Test
	void bytesGoToTheUrlAsGivenWithItsHeadersAndWithoutTheKey() {
		HttpRequest request = signed("https://storage.example.com/x%2Fy?a=b%20c",
				"{\"x-amz-meta\": \"1\", \"Content-Type\": \"image/webp\", \"Host\": \"evil\", \"Content-Length\": \"3\"}");
		assertThat(request.uri()).isEqualTo(URI.create("https://storage.example.com/x%2Fy?a=b%20c"));
		assertThat(request.headers().map()).containsOnlyKeys("x-amz-meta", "Content-Type");
		assertThat(request.headers().firstValue("Content-Type")).hasValue("image/webp");
		assertThat(request.bodyPublisher().orElseThrow().contentLength()).isEqualTo(3);
	}

	@Test
	void blobsOfAzureSayWhatTheyAre() {
		HttpRequest request = signed("https://account.blob.core.windows.net/container/x", "{}");
		assertThat(request.headers().firstValue("x-ms-blob-type")).hasValue("BlockBlob");
		assertThat(signed("https://blob.core.windows.net.example.com/x", "{}").headers().map())
			.doesNotContainKey("x-ms-blob-type");
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://storage.example.com/x", "ftp://storage.example.com/x", "/x", "file:///etc/passwd",
			"", "https:///x", "not a url" })
	void otherUrlsThanHttpsAreRefused(String url) {
		assertThatExceptionOfType(UploadFailure.class).isThrownBy(() -> signed(url, "{}"))
			.withMessageNotContaining("example");
	}

	@Test
	void plainHttpIsForApisOnThisMachineAlone() {
		URI url = URI.create("http://127.0.0.1:9000/x");
		assertThat(SignedUrl.isAllowed(url, URI.create("http://127.0.0.1:8080"))).isTrue();
		assertThat(SignedUrl.isAllowed(url, URI.create("https://api.braintrust.dev"))).isFalse();
	}

	@Test
	void urlShowsItselfNowhere() {
		assertThat(parsed("{\"signedUrl\": \"https://storage.example.com/x?s=1\"}")).hasToString("******");
	}

	private static HttpRequest signed(String url, String headers) {
		return parsed("{\"signedUrl\": \"" + url + "\", \"headers\": " + headers + "}")
			.request(Attachments.of(new byte[3], "image/png"), 3);
	}

	private static SignedUrl parsed(String answer) {
		Account account = Account.of(new SettingsSource(null).settings());
		return SignedUrl.parse(ReceivedSpan.parse(answer), account, new SourceReads().ofProject());
	}

}
