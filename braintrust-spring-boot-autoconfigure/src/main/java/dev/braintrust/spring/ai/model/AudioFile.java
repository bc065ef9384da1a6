package dev.braintrust.spring.ai.model;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.Attachments;
import dev.braintrust.spring.ai.message.ChatMessages;
import dev.braintrust.spring.ai.message.FileMedia;
import dev.braintrust.spring.content.json.JsonPayload;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.content.Media;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;
import org.springframework.util.StringUtils;

/**
 * A sound, as far as it may be recorded: its bytes, the place where it can be fetched, or
 * a note that names it. Its type is told by the extension of its name, else by its first
 * bytes.
 *
 * @param text the note, empty where there is a file
 * @param media the file, if it is recorded
 */
record AudioFile(String text, List<Media> media) {

	private static final Map<String, String> SUBTYPES = Map.ofEntries(Map.entry("mp3", "mpeg"),
			Map.entry("mpeg", "mpeg"), Map.entry("mpga", "mpeg"), Map.entry("wav", "wav"), Map.entry("flac", "flac"),
			Map.entry("ogg", "ogg"), Map.entry("oga", "ogg"), Map.entry("opus", "ogg"), Map.entry("aac", "aac"),
			Map.entry("m4a", "mp4"), Map.entry("mp4", "mp4"), Map.entry("webm", "webm"), Map.entry("pcm", "pcm"));

	private static final Map<String, String> MAGIC = Map.of("ID3", "mp3", "RIFF", "wav", "fLaC", "flac", "OggS", "ogg");

	// Knows its length without being read.
	private static final String UPLOAD = "org.springframework.web.multipart.MultipartFileResource";

	// A sound that a model was given, as the messages of its input. Nothing is read for
	// it but what is in memory; a file on disk is read in the background, and what is
	// elsewhere belongs to the model.
	static JsonPayload input(Resource sound, boolean bytes) {
		String name = StringUtils.hasText(sound.getFilename()) ? sound.getFilename() : "audio";
		SoundFile file = SoundFile.of(sound);
		AudioFile audio = (file != null) ? of(file, name, bytes) : of(sound, name, bytes);
		return new ChatMessages(List.of(audio.question()));
	}

	private static AudioFile of(SoundFile file, String name, boolean bytes) {
		if (!bytes) {
			return unread(name, file.contentLength());
		}
		String subtype = SUBTYPES.get(extension(name));
		Attachment attachment = Attachments.of(file, (subtype != null) ? "audio/" + subtype : null).named(name);
		return new AudioFile("", List.of(new FileMedia(type(extension(name)), attachment)));
	}

	private static AudioFile of(Resource sound, String name, boolean bytes) {
		if (sound instanceof ByteArrayResource array) {
			return bytes ? read(name, array.getByteArray()) : unread(name, array.getByteArray().length);
		}
		URI url = remote(sound);
		if (url != null) {
			return new AudioFile("",
					List.of(Media.builder().mimeType(type(extension(name))).name(name).data(url).build()));
		}
		try {
			return unread(name, sound.getClass().getName().equals(UPLOAD) ? sound.contentLength() : -1);
		}
		catch (IOException ex) {
			return unread(name, -1);
		}
	}

	private static @Nullable URI remote(Resource sound) {
		try {
			URI url = sound.isFile() ? null : sound.getURI();
			return (url != null && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) ? url : null;
		}
		catch (IOException ex) {
			return null;
		}
	}

	// A sound that a model made.
	static AudioFile generated(@Nullable String format, byte[] bytes) {
		String known = name("speech", format);
		String extension = (extension(known).isEmpty()) ? sniff(bytes) : extension(known);
		return file(name("speech", extension), type(extension), bytes);
	}

	// A sound whose bytes are not recorded.
	static AudioFile unread(String name, long length) {
		return new AudioFile(
				"[" + name + ", " + type(extension(name)) + ((length >= 0) ? ", " + length + " bytes]" : "]"),
				List.of());
	}

	static String name(String name, @Nullable String format) {
		String extension = (format != null) ? format.toLowerCase(Locale.ROOT).split("_", 2)[0] : "";
		return SUBTYPES.containsKey(extension) ? name + "." + extension : name;
	}

	// A sound by its bytes.
	static AudioFile read(String name, byte[] bytes) {
		String extension = extension(name);
		return file(name, type(SUBTYPES.containsKey(extension) ? extension : sniff(bytes)), bytes);
	}

	private static AudioFile file(String name, MimeType type, byte[] bytes) {
		return new AudioFile("", List.of(Media.builder().mimeType(type).name(name).data(new Sound(bytes)).build()));
	}

	private static String extension(String name) {
		String extension = StringUtils.getFilenameExtension(name);
		return (extension != null) ? extension.toLowerCase(Locale.ROOT) : "";
	}

	private static MimeType type(String extension) {
		String subtype = SUBTYPES.get(extension);
		return (subtype != null) ? new MimeType("audio", subtype) : MimeTypeUtils.APPLICATION_OCTET_STREAM;
	}

	private static String sniff(byte[] bytes) {
		String start = new String(bytes, 0, Math.min(4, bytes.length), StandardCharsets.ISO_8859_1);
		boolean frame = bytes.length > 1 && (bytes[0] & 0xff) == 0xff && (bytes[1] & 0xe0) == 0xe0;
		return frame ? "mp3"
				: MAGIC.entrySet()
					.stream()
					.filter((magic) -> start.startsWith(magic.getKey()))
					.map(Map.Entry::getValue)
					.findFirst()
					.orElse("");
	}

	// The message that gives the sound to a model.
	UserMessage question() {
		return UserMessage.builder().text(this.text).media(this.media).build();
	}

	// The message that a model answers with the sound.
	AssistantMessage answer() {
		return AssistantMessage.builder().content(this.text).media(this.media).build();
	}

	/**
	 * Bytes as Spring AI 2.0.0 takes them too, without a copy.
	 */
	private static final class Sound extends ByteArrayResource {

		Sound(byte[] bytes) {
			super(bytes);
		}

		@Override
		public byte[] getContentAsByteArray() {
			return getByteArray();
		}

	}

}
