package dev.braintrust.spring.ai.model;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

import org.jspecify.annotations.Nullable;

import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;

/**
 * A file on disk that a model is given. It is read after the call, and only while it is
 * as it was.
 */
final class SoundFile extends FileSystemResource {

	private final Path path;

	private final long size;

	private final FileTime modified;

	private SoundFile(Path path, BasicFileAttributes attributes) {
		super(path);
		this.path = path;
		this.size = attributes.size();
		this.modified = attributes.lastModifiedTime();
	}

	static @Nullable SoundFile of(Resource sound) {
		try {
			Path path = sound.isFile() ? sound.getFile().toPath() : null;
			BasicFileAttributes attributes = (path != null) ? attributes(path) : null;
			return (path != null && attributes != null && attributes.isRegularFile()) ? new SoundFile(path, attributes)
					: null;
		}
		catch (IOException ex) {
			// The model will fail in its own way.
			return null;
		}
	}

	private static BasicFileAttributes attributes(Path path) throws IOException {
		return Files.readAttributes(path, BasicFileAttributes.class);
	}

	// Whoever asks must not wait for the disk.
	@Override
	public long contentLength() {
		return this.size;
	}

	@Override
	public InputStream getInputStream() throws IOException {
		BasicFileAttributes now = attributes(this.path);
		if (!now.isRegularFile() || now.size() != this.size || !now.lastModifiedTime().equals(this.modified)) {
			throw new FileNotFoundException("The file has changed");
		}
		return super.getInputStream();
	}

}
