package dev.braintrust.spring;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

/**
 * Creates attachments:
 *
 * <pre class="code">
 * span.input(Attachments.of(photo, "image/png").named("front.png"));
 * span.output(Attachments.of(Path.of("report.pdf")));
 * </pre>
 *
 * Creating an attachment reads nothing. {@link #base64Part(Attachment)} and
 * {@link #inlineReference(Attachment)} are for instrumentations that write JSON
 * themselves.
 *
 * @see Attachment
 */
public final class Attachments {

	private static final String DATA = "data:";

	private static final String BASE64 = ";base64,";

	private static final String NAME = "name=";

	private Attachments() {
	}

	/**
	 * An attachment of bytes, whose type is detected.
	 * @param bytes the bytes; they are not copied, and must not change
	 * @return the attachment
	 */
	public static Attachment of(byte[] bytes) {
		return of(bytes, null);
	}

	/**
	 * An attachment of bytes.
	 * @param bytes the bytes; they are not copied, and must not change
	 * @param contentType the type, such as {@code image/png}, or {@code null} to detect
	 * it
	 * @return the attachment
	 */
	public static Attachment of(byte[] bytes, @Nullable String contentType) {
		Assert.notNull(bytes, "'bytes' must not be null");
		return new Attachment(new AttachmentSource.Bytes(bytes), null, contentType);
	}

	/**
	 * An attachment of a file, whose type is detected. It is read in the background, so
	 * do not change it until it has been uploaded.
	 * @param file the file
	 * @return the attachment
	 */
	public static Attachment of(Path file) {
		Assert.notNull(file, "'file' must not be null");
		return new Attachment(new AttachmentSource.File(file), null, null);
	}

	/**
	 * An attachment of a resource, whose type is detected. A resource at a web URL is
	 * recorded as that URL.
	 * @param resource the resource, which must be readable several times
	 * @return the attachment
	 */
	public static Attachment of(Resource resource) {
		return of(resource, null);
	}

	/**
	 * An attachment of a resource. A resource at a web URL is recorded as that URL.
	 * @param resource the resource, which must be readable several times
	 * @param contentType the type, such as {@code audio/mpeg}, or {@code null} to detect
	 * it
	 * @return the attachment
	 */
	public static Attachment of(Resource resource, @Nullable String contentType) {
		Assert.notNull(resource, "'resource' must not be null");
		String url = remote(resource);
		if (url != null) {
			return ofUrl(url, contentType);
		}
		Assert.isTrue(!resource.isOpen(), "'resource' must not be one that can be read only once");
		if (resource instanceof ByteArrayResource array) {
			return new Attachment(new AttachmentSource.Bytes(array.getByteArray()), array.getFilename(), contentType);
		}
		return new Attachment(new AttachmentSource.Readable(resource), null, contentType);
	}

	private static @Nullable String remote(Resource resource) {
		try {
			String url = (resource.isFile() || resource instanceof ByteArrayResource || resource.isOpen()) ? ""
					: resource.getURL().toString();
			return (url.startsWith("http:") || url.startsWith("https:")) ? url : null;
		}
		catch (IOException ex) {
			return null;
		}
	}

	/**
	 * An attachment of a data URL. If the URL has no type, the type is detected.
	 * @param dataUrl the URL, {@code data:image/png;base64,…}; a parameter {@code name}
	 * is the name of the file
	 * @return the attachment
	 * @throws IllegalArgumentException if it is not a data URL with base64
	 */
	public static Attachment ofDataUrl(String dataUrl) {
		Assert.notNull(dataUrl, "'dataUrl' must not be null");
		int start = base64Start(dataUrl);
		Assert.isTrue(start > 0, "'dataUrl' must be 'data:<type>;base64,<content>'");
		String[] head = dataUrl.substring(0, start - BASE64.length()).strip().substring(DATA.length()).split(";");
		String name = null;
		for (String parameter : head) {
			String text = parameter.strip();
			name = text.regionMatches(true, 0, NAME, 0, NAME.length()) ? decoded(text.substring(NAME.length())) : name;
		}
		String type = (head.length > 0) ? head[0].strip().toLowerCase(Locale.ROOT) : "";
		return new Attachment(new AttachmentSource.Encoded(dataUrl, start), name, type);
	}

	private static String decoded(String name) {
		try {
			return StringUtils.uriDecode(name, StandardCharsets.UTF_8);
		}
		catch (IllegalArgumentException ex) {
			return name;
		}
	}

	/**
	 * An attachment of plain base64.
	 * @param base64 the base64
	 * @param contentType the type, or {@code null} to detect it
	 * @return the attachment
	 */
	public static Attachment ofBase64(String base64, @Nullable String contentType) {
		Assert.notNull(base64, "'base64' must not be null");
		return new Attachment(new AttachmentSource.Encoded(base64, 0), null, contentType);
	}

	/**
	 * An attachment at a URL. The starter never fetches it; Braintrust's page loads it
	 * from there.
	 * @param url the URL
	 * @return the attachment
	 */
	public static Attachment ofUrl(String url) {
		return ofUrl(url, null);
	}

	/**
	 * An attachment at a URL. The starter never fetches it; Braintrust's page loads it
	 * from there.
	 * @param url the URL
	 * @param contentType the type, or {@code null} to derive it from the name in the URL
	 * @return the attachment
	 */
	public static Attachment ofUrl(String url, @Nullable String contentType) {
		Assert.hasText(url, "'url' must not be empty");
		return new Attachment(new AttachmentSource.Remote(url), null, contentType);
	}

	/**
	 * Whether a whole text is a data URL with valid base64, as {@link #ofDataUrl(String)}
	 * accepts: in either alphabet, with or without line breaks and padding. This is cheap
	 * for other texts: only their beginning is read.
	 * @param text the text
	 * @return whether it is such a data URL
	 */
	public static boolean isDataUrl(String text) {
		int start = base64Start(text);
		return start > 0 && Base64Characters.isBase64(text, start);
	}

	private static int base64Start(String text) {
		int first = 0;
		while (first < text.length() && Base64Characters.isBlank(text.charAt(first))) {
			first++;
		}
		if (!text.regionMatches(true, first, DATA, 0, DATA.length())) {
			return -1;
		}
		int comma = text.indexOf(',', first);
		boolean base64 = comma > 0 && text.regionMatches(true, comma + 1 - BASE64.length(), BASE64, 0, BASE64.length());
		return base64 ? comma + 1 : -1;
	}

	/**
	 * Write an attachment as the generic part that Braintrust recognises in the messages
	 * of OpenTelemetry's conventions: {@code {"type": "base64_attachment", "content":
	 * "data:…;base64,…"}}. This reads all its bytes on the caller's thread.
	 * @param attachment the attachment, not a URL
	 * @return the part, to write as JSON
	 * @throws IOException if the attachment cannot be read
	 */
	public static Map<String, Object> base64Part(Attachment attachment) throws IOException {
		try (InputStream content = attachment.openStream()) {
			String base64 = new String(Base64.getEncoder().encode(content.readAllBytes()), StandardCharsets.ISO_8859_1);
			Map<String, Object> part = new LinkedHashMap<>();
			part.put("type", "base64_attachment");
			part.put("content", DATA + attachment.contentType() + BASE64 + base64);
			return part;
		}
	}

	/**
	 * Write an attachment at a URL: {@code {"type": "inline_attachment", "src": …,
	 * "filename": …, "content_type": …}}. If the URL does not tell the type, the last two
	 * fields are omitted.
	 * @param attachment the attachment, a URL
	 * @return the reference, to write as JSON
	 */
	public static Map<String, Object> inlineReference(Attachment attachment) {
		String url = attachment.url();
		Assert.isTrue(url != null, "'attachment' must be a URL");
		Map<String, Object> reference = new LinkedHashMap<>();
		reference.put("type", "inline_attachment");
		reference.put("src", url);
		String type = attachment.contentType();
		if (!type.equals(ContentTypes.UNKNOWN)) {
			reference.put("filename", attachment.name());
			reference.put("content_type", type);
		}
		return reference;
	}

}
