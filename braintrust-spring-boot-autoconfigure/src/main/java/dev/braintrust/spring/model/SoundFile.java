package dev.braintrust.spring.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;

import dev.braintrust.spring.content.ContentJson;
import dev.braintrust.spring.content.JsonPayload;
import dev.braintrust.spring.payload.ChatMessages;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;

import org.springframework.core.io.Resource;

/**
 * A file on disk that a model is given, as a message of a user. It is read by what writes
 * the span, after the call, and only while it is as it was; else a note stands for it.
 */
final class SoundFile extends JsonPayload {

	private final Path path;

	private final String name;

	private final long size;

	private final FileTime modified;

	private SoundFile(Path path, String name, BasicFileAttributes attributes) {
		this.path = path;
		this.name = name;
		this.size = attributes.size();
		this.modified = attributes.lastModifiedTime();
	}

	/**
	 * The file that a resource is.
	 * @param sound the resource
	 * @param name the name of the sound
	 * @return the file, or {@code null} where the resource is no regular file
	 */
	static @Nullable SoundFile of(Resource sound, String name) {
		try {
			Path path = sound.isFile() ? sound.getFile().toPath() : null;
			BasicFileAttributes attributes = (path != null) ? attributes(path) : null;
			return (path != null && attributes != null && attributes.isRegularFile())
					? new SoundFile(path, name, attributes) : null;
		}
		catch (IOException ex) {
			// The model will fail in its own way.
			return null;
		}
	}

	private static BasicFileAttributes attributes(Path path) throws IOException {
		return Files.readAttributes(path, BasicFileAttributes.class);
	}

	// Nothing of the heap yet, but as soon as it is written.
	@Override
	public long size() {
		return this.size;
	}

	@Override
	public boolean isMessages() {
		return true;
	}

	@Override
	public void serialize(JsonGenerator json, SerializationContext context) {
		AudioFile file = ContentJson.takesBytes(context) ? read() : note();
		new ChatMessages(List.of(file.question())).serialize(json, context);
	}

	private AudioFile read() {
		try {
			BasicFileAttributes now = attributes(this.path);
			boolean same = now.isRegularFile() && now.size() == this.size
					&& now.lastModifiedTime().equals(this.modified);
			return same ? AudioFile.read(this.name, Files.readAllBytes(this.path)) : note();
		}
		catch (IOException ex) {
			return note();
		}
	}

	private AudioFile note() {
		return AudioFile.unread(this.name, this.size);
	}

}
