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
import dev.braintrust.spring.upload.UploadFailure.Step;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where the bytes of one attachment are sent: {@code {"signedUrl": …, "headers": {…}}}.
 * Whoever has the URL may write there, so it shows itself nowhere.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/features/attachments.md#2-upload-data-to-the-signed-url">Braintrust's
 * specification, "Upload data to the signed URL"</a>
 */
final class SignedUrl {

	private static final String AZURE_HOST = ".blob.core.windows.net";

	// The client sets them itself, and refuses them.
	private static final Set<String> RESTRICTED = Set.of("connection", "content-length", "expect", "host", "upgrade");

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	private final URI url;

	private final Map<String, String> headers;

	private final UploadTarget target;

	private volatile @Nullable SentBody body;

	private SignedUrl(URI url, Map<String, String> headers, UploadTarget target) {
		this.url = url;
		this.headers = headers;
		this.target = target;
	}

	// Read the answer to the request of a URL.
	static SignedUrl parse(String body, UploadTarget target) {
		try {
			JsonNode answer = MAPPER.readTree(body);
			URI url = URI.create(answer.path("signedUrl").asString(""));
			if (!target.mayUploadTo(url)) {
				throw new UploadFailure(Step.URL, "a URL that is not HTTPS", true);
			}
			Map<String, String> headers = new LinkedHashMap<>();
			answer.path("headers")
				.properties()
				.forEach((header) -> headers.put(header.getKey(), header.getValue().asString("")));
			return new SignedUrl(url, headers, target);
		}
		catch (JacksonException | IllegalArgumentException ex) {
			throw new UploadFailure(Step.URL, "an answer that is not understood", true);
		}
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

	// Check that the attachment could be read as it was when it was sent: to the client,
	// what cannot be looks like a network that fails. Asked once the request is over.
	void checkReadable() {
		SentBody body = this.body;
		if (body != null && body.giveUp()) {
			throw UploadFailure.unreadable();
		}
	}

	// Read piece by piece while it is sent, where a publisher of the array would copy all
	// of it at once. The storage wants to know the length.
	private BodyPublisher body(Attachment attachment, long size) {
		if (size == 0) {
			return BodyPublishers.noBody();
		}
		return BodyPublishers.fromPublisher(AttachmentReader.isInMemory(attachment)
				? BodyPublishers.ofInputStream(() -> open(attachment)) : (subscriber) -> {
					SentBody body = new SentBody(attachment, size, this.target.reads(),
							this.target.timeout().dividedBy(2));
					this.body = body;
					body.subscribe(subscriber);
				}, size);
	}

	private static InputStream open(Attachment attachment) {
		try {
			return attachment.openStream();
		}
		catch (IOException ex) {
			// It is in memory.
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public String toString() {
		return "******";
	}

}
