package dev.braintrust.spring.ai.provider;

import java.util.Locale;
import java.util.Map;

import dev.braintrust.spring.Attachments;
import dev.braintrust.spring.content.RecordedAttachment;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

import org.springframework.ai.chat.metadata.Usage;
import org.springframework.ai.chat.model.Generation;
import org.springframework.util.StringUtils;

/**
 * Amazon Bedrock's models, called with Converse.
 */
final class BedrockProvider extends Provider {

	static final Provider INSTANCE = new BedrockProvider();

	// Names that differ from the file extension.
	private static final Map<String, String> FORMATS = Map.of("image/jpeg", "jpeg", "video/3gpp", "three_gp",
			"video/x-matroska", "mkv", "audio/mp4", "mp4");

	private BedrockProvider() {
		super("bedrock");
	}

	// {"type": "image", "image": {"format": "png", "source": {"bytes": …}}} and
	// {"document": {"format": "pdf", "name": …, "source": {"bytes": …}}}, and the same
	// for video and audio. The format has no field for a URL.
	@Override
	public void write(JsonGenerator json, RecordedAttachment attachment) {
		if (attachment.note() != null || attachment.url() != null) {
			super.write(json, attachment);
			return;
		}
		String type = attachment.contentType();
		String kind = type.substring(0, Math.max(0, type.indexOf('/'))).toLowerCase(Locale.ROOT);
		boolean document = !kind.equals("image") && !kind.equals("video") && !kind.equals("audio");
		json.writeStartObject();
		if (kind.equals("image")) {
			json.writeStringProperty("type", kind);
		}
		json.writeObjectPropertyStart(document ? "document" : kind);
		json.writeStringProperty("format", format(type));
		if (document) {
			json.writeStringProperty("name", attachment.filename());
		}
		json.writeObjectPropertyStart("source");
		json.writeName("bytes");
		if (attachment.isBase64()) {
			attachment.writeBase64(json);
		}
		else {
			attachment.write(json);
		}
		json.writeEndObject();
		json.writeEndObject();
		json.writeEndObject();
	}

	private static String format(String type) {
		String known = FORMATS.get(type);
		String name = Attachments.of(new byte[0], type).name();
		return (known != null) ? known : String.valueOf(StringUtils.getFilenameExtension(name));
	}

	// The results are blocks of a single answer.
	@Override
	public Object choice(Generation result) {
		return 0;
	}

	@Override
	public Reasoning reasoning() {
		return Reasoning.PIECES;
	}

	@Override
	protected TokenCounts tokens(Usage usage, @Nullable Object nativeUsage) {
		return TokenCounts.withCacheApart(usage, usage.getCacheWriteInputTokens())
			.put("prompt_cache_creation_tokens", usage.getCacheWriteInputTokens());
	}

}
