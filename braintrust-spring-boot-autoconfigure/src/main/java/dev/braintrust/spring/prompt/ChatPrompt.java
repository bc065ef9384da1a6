package dev.braintrust.spring.prompt;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.SystemMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.content.Media;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;

/**
 * Converts the messages of a rendered prompt to Spring AI's messages.
 */
final class ChatPrompt {

	private ChatPrompt() {
	}

	static Message message(Map<String, @Nullable Object> message) {
		Object content = message.get("content");
		String role = String.valueOf(message.get("role"));
		return switch (role) {
			case "system", "developer" -> new SystemMessage(text(content));
			case "user" -> UserMessage.builder().text(text(content)).media(media(content)).build();
			case "assistant" -> AssistantMessage.builder()
				.content(text(content))
				.toolCalls(toolCalls(message.get("tool_calls")))
				.build();
			case "tool" -> ToolResponseMessage.builder()
				.responses(List.of(new ToolResponseMessage.ToolResponse(text(message.get("tool_call_id")),
						text(message.get("name")), text(content))))
				.build();
			default -> throw new IllegalStateException("A message of a prompt has the unknown role '" + role + "'");
		};
	}

	private static String text(@Nullable Object content) {
		List<String> texts = new ArrayList<>();
		parts(content, (part) -> {
			if (part.get("text") instanceof String text) {
				texts.add(text);
			}
		});
		return (content instanceof String text) ? text : String.join("\n", texts);
	}

	private static List<Media> media(@Nullable Object content) {
		List<Media> media = new ArrayList<>();
		parts(content, (part) -> {
			Object image = part.get("image_url");
			Object url = (image instanceof Map<?, ?> fields) ? fields.get("url") : image;
			if (url instanceof String text && !text.isBlank()) {
				media.add(image(text));
			}
		});
		return media;
	}

	// Only web and data URLs. The URL may come from a variable, and a model class would
	// read a file URL from this machine.
	private static Media image(String url) {
		if (url.startsWith("data:image/")) {
			MimeType type = MimeTypeUtils.parseMimeType(url.substring("data:".length(), end(url)));
			return new Media(type, URI.create(url));
		}
		if (!url.startsWith("https://") && !url.startsWith("http://")) {
			throw new IllegalStateException("An image of a prompt is neither an HTTP URL nor a data URL of an image");
		}
		String path = String.valueOf(URI.create(url).getPath()).toLowerCase(Locale.ROOT);
		MimeType type = path.endsWith(".png") ? MimeTypeUtils.IMAGE_PNG
				: path.endsWith(".gif") ? MimeTypeUtils.IMAGE_GIF : MimeTypeUtils.IMAGE_JPEG;
		return new Media(type, URI.create(url));
	}

	private static int end(String url) {
		int semicolon = url.indexOf(';');
		int comma = url.indexOf(',');
		if (comma == -1) {
			throw new IllegalStateException("An image of a prompt is neither an HTTP URL nor a data URL of an image");
		}
		return (semicolon != -1 && semicolon < comma) ? semicolon : comma;
	}

	private static List<AssistantMessage.ToolCall> toolCalls(@Nullable Object calls) {
		List<AssistantMessage.ToolCall> all = new ArrayList<>();
		parts(calls, (call) -> {
			if (call.get("function") instanceof Map<?, ?> function) {
				all.add(new AssistantMessage.ToolCall(text(call.get("id")), "function", text(function.get("name")),
						text(function.get("arguments"))));
			}
		});
		return all;
	}

	private static void parts(@Nullable Object list, Consumer<Map<?, ?>> reader) {
		if (list instanceof List<?> parts) {
			for (Object part : parts) {
				if (part instanceof Map<?, ?> fields) {
					reader.accept(fields);
				}
			}
		}
	}

}
