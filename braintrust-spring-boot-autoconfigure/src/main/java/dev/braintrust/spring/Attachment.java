package dev.braintrust.spring;

import java.io.IOException;
import java.io.InputStream;

import org.jspecify.annotations.Nullable;

/**
 * An image, a document, a sound or another file that a span carries. Create it with
 * {@link Attachments}, and pass it to {@link ProjectSpan#input(Object)},
 * {@link ProjectSpan#output(Object)} or {@link ProjectSpan#metadata(String, Object)}, as
 * the value or anywhere inside an object:
 *
 * <pre class="code">
 * span.input(Map.of("claim", claim.id(), "photo", Attachments.of(photo).named("front.jpg")));
 * </pre>
 *
 * An attachment is a reference: the bytes are read in the background and never copied, so
 * do not change them afterwards. The property {@code braintrust.attachments.mode} decides
 * how it is recorded:
 * <ul>
 * <li>{@code upload}: {@code {"type": "braintrust_attachment", "content_type": …,
 * "filename": …, "key": …}}, and the bytes are uploaded.</li>
 * <li>{@code base64}: {@code {"type": "base64_attachment", "content":
 * "data:…;base64,…"}}.</li>
 * <li>{@code none}: a text with the type, the name and the size.</li>
 * </ul>
 * A URL stays a URL, {@code {"type": "inline_attachment", "src": …, …}}, and is never
 * fetched.
 * <p>
 * Safe for use by several threads.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/instrumentation-guide.md#multimodal--attachments">Braintrust's
 * instrumentation guide, "Multimodal / Attachments"</a>
 */
public final class Attachment {

	private final AttachmentSource source;

	private final @Nullable String givenName;

	// Set by a blank name: the name of the source is ignored.
	private final boolean nameless;

	private volatile @Nullable String contentType;

	Attachment(AttachmentSource source, @Nullable String name, @Nullable String contentType) {
		this(source, name, contentType, false);
	}

	private Attachment(AttachmentSource source, @Nullable String name, @Nullable String contentType, boolean nameless) {
		this.source = source;
		this.nameless = nameless;
		this.givenName = (name != null && !name.isBlank()) ? name : null;
		this.contentType = (contentType != null && !contentType.isBlank()) ? contentType : null;
	}

	/**
	 * Return the same attachment with the given file name.
	 * @param name the name of the file, such as {@code invoice.pdf}; if it is blank, the
	 * starter makes a name from the type
	 * @return the attachment
	 */
	public Attachment named(String name) {
		return new Attachment(this.source, name, this.contentType, name.isBlank());
	}

	/**
	 * The source of its bytes: a {@code byte[]}, a {@link java.nio.file.Path}, a
	 * {@link org.springframework.core.io.Resource}, or a {@link String} for a data URL,
	 * base64 or a URL.
	 * @return the object itself, not a copy
	 */
	public Object source() {
		return this.source.origin();
	}

	/**
	 * The URL of an attachment that is recorded as a URL.
	 * @return the URL, or {@code null} if it has bytes
	 */
	public @Nullable String url() {
		return this.source.url();
	}

	/**
	 * The name of the file: the given name, else the name of the source, else a name made
	 * from the type, such as {@code attachment.png}. This may read the first bytes.
	 * @return the name
	 */
	public String name() {
		String name = (this.givenName != null || this.nameless) ? this.givenName : this.source.name();
		return (name != null) ? name : "attachment." + ContentTypes.extension(contentType());
	}

	/**
	 * The content type: the given type, else the type detected from the first bytes and
	 * the name.
	 * @return the type, such as {@code image/png}; {@code application/octet-stream} if it
	 * cannot be detected
	 */
	public String contentType() {
		String type = this.contentType;
		if (type == null) {
			type = ContentTypes.detect((this.givenName != null) ? this.givenName : this.source.name(), this.source);
			this.contentType = type;
		}
		return type;
	}

	/**
	 * The size in bytes.
	 * @return the size, or -1 if it is unknown
	 */
	public long size() {
		return this.source.size();
	}

	/**
	 * Open a stream of its bytes.
	 * @return a new stream; close it after use
	 * @throws IOException if they cannot be read, or if it is a URL
	 */
	public InputStream openStream() throws IOException {
		return this.source.open();
	}

	@Override
	public String toString() {
		return "Attachment[" + size() + " bytes]";
	}

}
