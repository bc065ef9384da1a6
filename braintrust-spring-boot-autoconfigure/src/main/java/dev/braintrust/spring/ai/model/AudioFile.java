package dev.braintrust.spring.ai.model;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.Attachments;
import dev.braintrust.spring.ai.message.CapturedMessage;
import dev.braintrust.spring.ai.message.ChatMessages;
import dev.braintrust.spring.content.json.JsonPayload;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.messages.MessageType;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.util.StringUtils;

/**
 * Audio in the message of a payload: an attachment with its bytes or its URL, or a note
 * with its name. The extension of its name determines its type, else its first bytes do.
 */
final class AudioFile {

	private static final String UNKNOWN = "application/octet-stream";

	private static final Map<String, String> TYPES = Map.ofEntries(Map.entry("mp3", "audio/mpeg"),
			Map.entry("mpeg", "audio/mpeg"), Map.entry("mpga", "audio/mpeg"), Map.entry("wav", "audio/wav"),
			Map.entry("flac", "audio/flac"), Map.entry("ogg", "audio/ogg"), Map.entry("oga", "audio/ogg"),
			Map.entry("opus", "audio/ogg"), Map.entry("aac", "audio/aac"), Map.entry("m4a", "audio/mp4"),
			Map.entry("mp4", "audio/mp4"), Map.entry("webm", "audio/webm"), Map.entry("pcm", "audio/pcm"));

	private static final Map<String, String> MAGIC = Map.of("ID3", "mp3", "RIFF", "wav", "fLaC", "flac", "OggS", "ogg");

	// A type that knows its length without being read.
	private static final String UPLOAD = "org.springframework.web.multipart.MultipartFileResource";

	private AudioFile() {
	}

	// The input audio of a model. Only audio in memory is read here. A file on disk is
	// read in the background; any other resource is left to the model.
	static JsonPayload input(Resource sound, boolean bytes) {
		String name = StringUtils.hasText(sound.getFilename()) ? sound.getFilename() : "audio";
		String extension = extension(name);
		Attachment attachment = null;
		long length = -1;
		UnchangedFile file = UnchangedFile.of(sound);
		if (file != null) {
			length = file.contentLength();
			attachment = bytes ? Attachments.of(file, TYPES.get(extension)) : null;
		}
		else if (sound instanceof ByteArrayResource array) {
			length = array.getByteArray().length;
			extension = TYPES.containsKey(extension) ? extension : sniff(array.getByteArray());
			attachment = bytes ? Attachments.of(array.getByteArray(), type(extension)) : null;
		}
		else {
			String url = remote(sound);
			length = sound.getClass().getName().equals(UPLOAD) ? length(sound) : -1;
			attachment = (url != null) ? Attachments.ofUrl(url, type(extension)) : null;
		}
		return payload(MessageType.USER, attachment, name, type(extension), length);
	}

	// The generated audio of a model, or its length if the bytes are not recorded.
	static JsonPayload output(@Nullable String format, byte @Nullable [] bytes, long length) {
		String given = (format != null) ? format.toLowerCase(Locale.ROOT).split("_", 2)[0] : "";
		String extension = TYPES.containsKey(given) ? given : ((bytes != null) ? sniff(bytes) : "");
		String name = extension.isEmpty() ? "speech" : "speech." + extension;
		Attachment attachment = (bytes != null) ? Attachments.of(bytes, type(extension)) : null;
		return payload(MessageType.ASSISTANT, attachment, name, type(extension), length);
	}

	private static JsonPayload payload(MessageType role, @Nullable Attachment attachment, String name, String type,
			long length) {
		String note = "[" + name + ", " + type + ((length >= 0) ? ", " + length + " bytes]" : "]");
		return new ChatMessages(List.of((attachment != null) ? CapturedMessage.of(role, attachment.named(name), type)
				: CapturedMessage.of(role, note)));
	}

	private static @Nullable String remote(Resource sound) {
		try {
			URI url = sound.isFile() ? null : sound.getURI();
			return (url != null && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) ? url.toString()
					: null;
		}
		catch (IOException ex) {
			return null;
		}
	}

	private static long length(Resource sound) {
		try {
			return sound.contentLength();
		}
		catch (IOException ex) {
			return -1;
		}
	}

	private static String extension(String name) {
		String extension = StringUtils.getFilenameExtension(name);
		return (extension != null) ? extension.toLowerCase(Locale.ROOT) : "";
	}

	private static String type(String extension) {
		return TYPES.getOrDefault(extension, UNKNOWN);
	}

	private static String sniff(byte[] bytes) {
		boolean frame = bytes.length > 1 && (bytes[0] & 0xff) == 0xff && (bytes[1] & 0xe0) == 0xe0;
		if (frame) {
			return "mp3";
		}
		String start = new String(bytes, 0, Math.min(4, bytes.length), StandardCharsets.ISO_8859_1);
		for (Map.Entry<String, String> magic : MAGIC.entrySet()) {
			if (start.startsWith(magic.getKey())) {
				return magic.getValue();
			}
		}
		return "";
	}

	/**
	 * A file on disk that is read after the call, but only if it has not changed, since
	 * other audio may be written to the same path.
	 */
	private static final class UnchangedFile extends FileSystemResource {

		private final Path path;

		private final BasicFileAttributes attributes;

		private UnchangedFile(Path path, BasicFileAttributes attributes) {
			super(path);
			this.path = path;
			this.attributes = attributes;
		}

		static @Nullable UnchangedFile of(Resource sound) {
			try {
				Path path = sound.isFile() ? sound.getFile().toPath() : null;
				BasicFileAttributes attributes = (path != null) ? attributes(path) : null;
				return (path != null && attributes != null && attributes.isRegularFile())
						? new UnchangedFile(path, attributes) : null;
			}
			catch (IOException ex) {
				// The model will report its own error.
				return null;
			}
		}

		private static BasicFileAttributes attributes(Path path) throws IOException {
			return Files.readAttributes(path, BasicFileAttributes.class);
		}

		// The caller must not wait for the disk.
		@Override
		public long contentLength() {
			return this.attributes.size();
		}

		@Override
		public InputStream getInputStream() throws IOException {
			BasicFileAttributes now = attributes(this.path);
			if (!now.isRegularFile() || now.size() != this.attributes.size()
					|| !now.lastModifiedTime().equals(this.attributes.lastModifiedTime())) {
				throw new FileNotFoundException("The file has changed");
			}
			return super.getInputStream();
		}

	}

}
