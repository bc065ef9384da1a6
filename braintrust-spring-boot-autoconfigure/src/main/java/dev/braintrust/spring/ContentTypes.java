package dev.braintrust.spring;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLConnection;
import java.util.Map;

import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.mime.MimeTypeException;
import org.apache.tika.mime.MimeTypes;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * Detects the type of content from its first bytes and its name: with Apache Tika if it
 * is on the class path, which the starter adds, else with the JDK.
 */
final class ContentTypes {

	static final String UNKNOWN = "application/octet-stream";

	private static final int BUFFER_SIZE = 64 * 1024;

	private static final boolean TIKA = ClassUtils.isPresent("org.apache.tika.mime.MimeTypes",
			ContentTypes.class.getClassLoader());

	// File extensions that differ from the subtype.
	private static final Map<String, String> EXTENSIONS = Map.of("image/jpeg", "jpg", "image/svg+xml", "svg",
			"audio/mpeg", "mp3", "audio/x-wav", "wav", "audio/vnd.wave", "wav", "text/plain", "txt", "text/markdown",
			"md", "video/quicktime", "mov", UNKNOWN, "bin");

	private ContentTypes() {
	}

	static String detect(@Nullable String name, AttachmentSource source) {
		if (source.url() != null) {
			return detect(name, (InputStream) null);
		}
		try (InputStream content = new BufferedInputStream(source.open(), BUFFER_SIZE)) {
			return detect(name, content);
		}
		catch (IOException | RuntimeException ex) {
			return detect(name, (InputStream) null);
		}
	}

	private static String detect(@Nullable String name, @Nullable InputStream content) {
		return TIKA ? OfTika.detect(content, name) : OfJdk.detect(content, name);
	}

	/**
	 * Return the file extension of a type.
	 * @param type the type
	 * @return the extension, without a dot
	 */
	static String extension(String type) {
		int parameters = type.indexOf(';');
		String plain = ((parameters < 0) ? type : type.substring(0, parameters)).strip();
		String known = EXTENSIONS.get(plain);
		if (known != null) {
			return known;
		}
		String subtype = plain.substring(plain.indexOf('/') + 1);
		if (subtype.chars().allMatch(Character::isLetterOrDigit) && !subtype.isEmpty()) {
			return subtype;
		}
		return TIKA ? OfTika.extension(plain) : "bin";
	}

	/**
	 * A separate class, so that classes of Tika are only loaded if Tika is present.
	 */
	private static final class OfTika {

		private OfTika() {
		}

		static String detect(@Nullable InputStream content, @Nullable String name) {
			Metadata metadata = new Metadata();
			if (name != null) {
				metadata.set(TikaCoreProperties.RESOURCE_NAME_KEY, name);
			}
			try {
				return MimeTypes.getDefaultMimeTypes().detect(content, metadata).toString();
			}
			catch (IOException ex) {
				return UNKNOWN;
			}
		}

		static String extension(String type) {
			try {
				String extension = MimeTypes.getDefaultMimeTypes().forName(type).getExtension();
				return extension.isEmpty() ? "bin" : extension.substring(1);
			}
			catch (MimeTypeException ex) {
				return "bin";
			}
		}

	}

	/**
	 * Detection with the JDK.
	 */
	private static final class OfJdk {

		private OfJdk() {
		}

		static String detect(@Nullable InputStream content, @Nullable String name) {
			String type = null;
			try {
				type = (content != null) ? URLConnection.guessContentTypeFromStream(content) : null;
			}
			catch (IOException ex) {
				// The name may be enough.
			}
			type = (type == null && StringUtils.hasText(name)) ? URLConnection.guessContentTypeFromName(name) : type;
			return (type != null) ? type : UNKNOWN;
		}

	}

}
