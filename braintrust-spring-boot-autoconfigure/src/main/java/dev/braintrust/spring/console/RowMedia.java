package dev.braintrust.spring.console;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.braintrust.spring.Attachment;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.AttributeType;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * The images, sounds and documents of a row, as base64 in it or as uploaded attachments.
 * Their type is detected from their first bytes; the type in the row is not trusted.
 */
final class RowMedia {

	static final String PDF = "application/pdf";

	// Base64 with a type in front. Without a type, it must be long, so that it is not
	// a word.
	private static final Pattern BASE64 = Pattern
		.compile("(?:data:[\\w.+/-]{0,100};base64,)?+([A-Za-z0-9+/]{64,}+={0,2})");

	private static final int MIN_WITHOUT_TYPE = 512;

	private final List<Item> items = new ArrayList<>();

	private final Map<String, Attachment> uploaded;

	private RowMedia(Map<String, Attachment> uploaded) {
		this.uploaded = uploaded;
	}

	static RowMedia of(SpanData row, Map<String, Attachment> uploaded) {
		RowMedia media = new RowMedia(uploaded);
		uploaded.forEach((key, attachment) -> media.items
			.add(new Item(key, media.head(attachment), attachment.name(), attachment.size(), "", 0, 0)));
		row.getAttributes().forEach((key, value) -> {
			if (key.getType() == AttributeType.STRING) {
				media.find(key.getKey(), (String) value);
			}
		});
		return media;
	}

	private void find(String attribute, String value) {
		Matcher matcher = BASE64.matcher(value);
		while (matcher.find()) {
			boolean typed = matcher.start(1) > matcher.start();
			int length = matcher.end(1) - matcher.start(1);
			if (typed || length >= MIN_WITHOUT_TYPE) {
				String type = type(decode(value.substring(matcher.start(1), matcher.start(1) + 64)));
				if (typed || !type.isEmpty()) {
					long size = length / 4 * 3L - StringUtils.countOccurrencesOf(matcher.group(1), "=");
					this.items.add(new Item("", type, "", size, attribute, matcher.start(1), matcher.end(1)));
				}
			}
		}
	}

	private String head(Attachment attachment) {
		try (InputStream content = attachment.openStream()) {
			return type(content.readNBytes(48));
		}
		catch (IOException | RuntimeException ex) {
			return "";
		}
	}

	private static byte[] decode(String base64) {
		try {
			return Base64.getMimeDecoder().decode(base64);
		}
		catch (IllegalArgumentException ex) {
			return new byte[0];
		}
	}

	// The media type, or an empty text if the browser must not display it.
	private static String type(byte[] head) {
		String start = new String(head, StandardCharsets.ISO_8859_1);
		if (start.startsWith("\u0089PNG\r\n")) {
			return "image/png";
		}
		if (start.startsWith("\u00ff\u00d8\u00ff")) {
			return "image/jpeg";
		}
		if (start.startsWith("GIF8")) {
			return "image/gif";
		}
		if (start.startsWith("RIFF") && start.length() >= 12) {
			return start.startsWith("WEBP", 8) ? "image/webp" : start.startsWith("WAVE", 8) ? "audio/wav" : "";
		}
		if (start.startsWith("OggS")) {
			return "audio/ogg";
		}
		if (start.startsWith("fLaC")) {
			return "audio/flac";
		}
		if (start.startsWith("ID3") || start.startsWith("\u00ff\u00fb") || start.startsWith("\u00ff\u00f3")) {
			return "audio/mpeg";
		}
		return start.startsWith("%PDF-") ? PDF : "";
	}

	List<Item> items() {
		return this.items;
	}

	// The value of an attribute, with each base64 text replaced by a mark.
	String withMarks(String attribute, String value) {
		StringBuilder text = new StringBuilder();
		int end = 0;
		for (int i = 0; i < this.items.size(); i++) {
			Item item = this.items.get(i);
			if (item.attribute().equals(attribute)) {
				text.append(value, end, item.start()).append("[media ").append(i).append(']');
				end = item.end();
			}
		}
		return (end > 0) ? text.append(value, end, value.length()).toString() : value;
	}

	byte @Nullable [] bytes(Item item, SpanData row) throws IOException {
		Attachment attachment = this.uploaded.get(item.key());
		if (attachment != null) {
			try (InputStream content = attachment.openStream()) {
				return content.readAllBytes();
			}
		}
		String value = row.getAttributes().get(AttributeKey.stringKey(item.attribute()));
		return (value != null) ? decode(value.substring(item.start(), item.end())) : null;
	}

	/**
	 * An image, a sound or a document.
	 *
	 * @param key the key of the uploaded attachment, or an empty text
	 * @param type the media type, or an empty text if it cannot be displayed
	 * @param name the name of the file, or an empty text
	 * @param size the number of bytes, -1 if unknown
	 * @param attribute the attribute that contains the base64
	 * @param start the start of the base64 in the attribute
	 * @param end the end of the base64 in the attribute
	 */
	record Item(String key, String type, String name, long size, String attribute, int start, int end) {
	}

}
