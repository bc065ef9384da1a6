package dev.braintrust.spring;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

import org.jspecify.annotations.Nullable;

import org.springframework.core.io.Resource;

/**
 * The source of an attachment's bytes: memory, a file, a resource or a URL.
 */
interface AttachmentSource {

	Object origin();

	long size();

	InputStream open() throws IOException;

	default @Nullable String name() {
		return null;
	}

	default @Nullable String url() {
		return null;
	}

	/**
	 * A byte array, which is not copied.
	 */
	record Bytes(byte[] origin) implements AttachmentSource {

		@Override
		public long size() {
			return this.origin.length;
		}

		@Override
		public InputStream open() {
			return new ByteArrayInputStream(this.origin);
		}

	}

	/**
	 * A file.
	 */
	record File(Path origin) implements AttachmentSource {

		@Override
		public long size() {
			try {
				return Files.size(this.origin);
			}
			catch (IOException | SecurityException ex) {
				return -1;
			}
		}

		@Override
		public InputStream open() throws IOException {
			return Files.newInputStream(this.origin);
		}

		@Override
		public @Nullable String name() {
			Path name = this.origin.getFileName();
			return (name != null) ? name.toString() : null;
		}

	}

	/**
	 * A resource that can be read several times.
	 */
	record Readable(Resource origin) implements AttachmentSource {

		@Override
		public long size() {
			try {
				return this.origin.contentLength();
			}
			catch (IOException | RuntimeException ex) {
				return -1;
			}
		}

		@Override
		public InputStream open() throws IOException {
			return this.origin.getInputStream();
		}

		@Override
		public @Nullable String name() {
			return this.origin.getFilename();
		}

	}

	/**
	 * Base64 text, either a whole string or the end of a data URL.
	 *
	 * @param start the index of the first base64 character
	 */
	record Encoded(String origin, int start) implements AttachmentSource {

		@Override
		public long size() {
			return Base64Characters.size(this.origin, this.start);
		}

		@Override
		public InputStream open() {
			return Base64.getDecoder().wrap(new Base64Characters(this.origin, this.start));
		}

	}

	/**
	 * A URL that is recorded as it is and never read.
	 */
	record Remote(String origin) implements AttachmentSource {

		@Override
		public long size() {
			return -1;
		}

		@Override
		public InputStream open() throws IOException {
			throw new FileNotFoundException("The content of a URL is not fetched");
		}

		@Override
		public String url() {
			return this.origin;
		}

		@Override
		public @Nullable String name() {
			// A slash in a data URL is part of its content, not of a path.
			if (this.origin.regionMatches(true, 0, "data:", 0, 5)) {
				return null;
			}
			int end = this.origin.length();
			for (char mark : new char[] { '#', '?' }) {
				int index = this.origin.lastIndexOf(mark, end - 1);
				end = (index >= 0) ? index : end;
			}
			int slash = this.origin.lastIndexOf('/', end - 1);
			boolean path = slash > this.origin.indexOf("://") + 2 && slash + 1 < end;
			return path ? this.origin.substring(slash + 1, end) : null;
		}

	}

}
