package dev.braintrust.spring.upload;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.api.Account;
import dev.braintrust.spring.settings.WebUrl;
import dev.braintrust.spring.upload.UploadFailure.Step;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The signed URL for the bytes of one attachment: {@code {"signedUrl": …, "headers":
 * {…}}}. Anyone with the URL may write there, so it is never shown.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/features/attachments.md#2-upload-data-to-the-signed-url">Braintrust's
 * specification, "Upload data to the signed URL"</a>
 */
final class SignedUrl {

	private static final String AZURE_HOST = ".blob.core.windows.net";

	// The client sets these headers itself, and refuses to take them.
	private static final Set<String> RESTRICTED = Set.of("connection", "content-length", "expect", "host", "upgrade");

	private final URI url;

	private final Map<String, String> headers;

	private final Account account;

	private final SourceReads.OfProject reads;

	private volatile @Nullable SentBody body;

	private SignedUrl(URI url, Map<String, String> headers, Account account, SourceReads.OfProject reads) {
		this.url = url;
		this.headers = headers;
		this.account = account;
		this.reads = reads;
	}

	// Parse the answer to the request for a URL.
	static SignedUrl parse(JsonNode answer, Account account, SourceReads.OfProject reads) {
		try {
			URI url = URI.create(answer.path("signedUrl").asString(""));
			if (!isAllowed(url, account.apiUrl())) {
				throw new UploadFailure(Step.URL, "a URL that is not HTTPS", true);
			}
			Map<String, String> headers = new LinkedHashMap<>();
			answer.path("headers")
				.properties()
				.forEach((header) -> headers.put(header.getKey(), header.getValue().asString("")));
			return new SignedUrl(url, headers, account, reads);
		}
		catch (IllegalArgumentException ex) {
			throw new UploadFailure(Step.URL, "an answer that is not understood", true);
		}
	}

	// Whether bytes may go to a URL: over HTTPS, or over HTTP if the API itself is on
	// this machine.
	static boolean isAllowed(URI url, URI apiUrl) {
		boolean plain = WebUrl.isLoopback(apiUrl) && "http".equalsIgnoreCase(url.getScheme());
		return url.getHost() != null && (plain || "https".equalsIgnoreCase(url.getScheme()));
	}

	HttpRequest request(Attachment attachment, long size) {
		checkReadable();
		HttpRequest.Builder request = HttpRequest.newBuilder(this.url).PUT(body(attachment, size));
		request.setHeader("Content-Type", attachment.contentType());
		if (this.url.getHost().toLowerCase(Locale.ROOT).endsWith(AZURE_HOST)) {
			request.setHeader("x-ms-blob-type", "BlockBlob");
		}
		this.headers.forEach((name, value) -> {
			if (!RESTRICTED.contains(name.toLowerCase(Locale.ROOT))) {
				request.setHeader(name, value);
			}
		});
		return request.build();
	}

	// Check, after the request is over, that the attachment could be read unchanged. To
	// the client, a read that fails looks like a network that fails.
	void checkReadable() {
		SentBody body = this.body;
		if (body != null && body.giveUp()) {
			throw UploadFailure.unreadable();
		}
	}

	// Read the bytes piece by piece while they are sent: a publisher of an array would
	// copy the whole array. The storage needs the length.
	private BodyPublisher body(Attachment attachment, long size) {
		if (size == 0) {
			return BodyPublishers.noBody();
		}
		return BodyPublishers.fromPublisher(Delivery.isInMemory(attachment)
				? BodyPublishers.ofInputStream(() -> open(attachment)) : (subscriber) -> {
					SentBody body = new SentBody(attachment, size, this.reads, this.account.timeout().dividedBy(2));
					this.body = body;
					body.subscribe(subscriber);
				}, size);
	}

	private static InputStream open(Attachment attachment) {
		try {
			return attachment.openStream();
		}
		catch (IOException ex) {
			// Reading from memory does not fail.
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public String toString() {
		return "******";
	}

}
