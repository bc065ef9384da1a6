package dev.braintrust.spring.content;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.braintrust.spring.properties.AttachmentsMode;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes the values of spans as JSON. What has no JSON form becomes a note that names its
 * type; the caller sees no exception.
 */
final class SpanJson {

	private static final Log logger = LogFactory.getLog(SpanJson.class);

	private static final int MAX_TYPES_NAMED = 100;

	private static final int MAX_PLAIN_LENGTH = 64;

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	private final ObjectWriter writer;

	private final Set<String> typesNamed = ConcurrentHashMap.newKeySet();

	/**
	 * Create a writer.
	 * @param attachments how values that carry attachments write them
	 */
	SpanJson(AttachmentsMode attachments) {
		this.writer = MAPPER.writer().withAttribute(AttachmentsMode.class, attachments);
	}

	/**
	 * Write a value.
	 * @param value the value
	 * @return its JSON
	 */
	String write(@Nullable Object value) {
		// Most values of metadata and metrics are counts and short names; they need no
		// writer.
		if (value instanceof Integer || value instanceof Long) {
			return value.toString();
		}
		if (value instanceof String text && isPlain(text)) {
			return '"' + text + '"';
		}
		try {
			return this.writer.writeValueAsString(value);
		}
		catch (RuntimeException | StackOverflowError | LinkageError ex) {
			return unwritable(value, ex);
		}
	}

	private static boolean isPlain(String text) {
		if (text.length() > MAX_PLAIN_LENGTH) {
			return false;
		}
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'
					|| c == '-' || c == '.';
			if (!plain) {
				return false;
			}
		}
		return true;
	}

	String unwritable(@Nullable Object value, Throwable failure) {
		String type = (value != null) ? value.getClass().getName() : "null";
		if (this.typesNamed.size() < MAX_TYPES_NAMED && this.typesNamed.add(type)) {
			logger.warn("A value of type " + type + " has no JSON form and is missing in spans of Braintrust ("
					+ failure.getClass().getSimpleName() + "). Give the span a record, a map or a string instead.");
		}
		return this.writer.writeValueAsString("[not serializable: " + type + "]");
	}

	/**
	 * Write an object of values that are JSON already.
	 * @param fields the fields
	 * @return the JSON object
	 */
	String writeObject(Map<String, String> fields) {
		StringBuilder json = new StringBuilder("{");
		fields.forEach((name, value) -> {
			if (json.length() > 1) {
				json.append(',');
			}
			json.append(write(name)).append(':').append(value);
		});
		return json.append('}').toString();
	}

}
