package dev.braintrust.spring.eval.report;

import java.io.IOException;
import java.io.Writer;
import java.util.Locale;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes HTML. Content only gets into the page as escaped text.
 */
final class Html {

	private static final JsonMapper MAPPER = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

	private static final int LONGEST = 20_000;

	private final Writer writer;

	Html(Writer writer) {
		this.writer = writer;
	}

	// Write markup, which must be our own.
	Html markup(String markup) throws IOException {
		this.writer.write(markup);
		return this;
	}

	Html text(@Nullable String text) throws IOException {
		this.writer.write(escape((text != null) ? text : ""));
		return this;
	}

	Html text(String format, Object... values) throws IOException {
		return text(String.format(Locale.ROOT, format, values));
	}

	// Write content with a heading, unless there is no content.
	Html content(String heading, @Nullable String json) throws IOException {
		if (json != null) {
			markup("<h3>").text(heading).markup("</h3><pre dir=\"auto\">").text(readable(json)).markup("</pre>");
		}
		return this;
	}

	// Format JSON for people: a string as plain text, other values indented.
	static String readable(String json) {
		String text = json;
		try {
			JsonNode value = MAPPER.readTree(json);
			text = value.isString() ? value.stringValue() : MAPPER.writeValueAsString(value);
		}
		catch (JacksonException ex) {
			// It is shown unchanged.
		}
		return (text.length() <= LONGEST) ? text
				: start(text, LONGEST) + String.format(Locale.ROOT, "… (%,d more characters)", text.length() - LONGEST);
	}

	// Return the given property if the object has no other property, else the
	// whole object.
	static String only(String json, String property) {
		try {
			JsonNode value = MAPPER.readTree(json);
			return (value.size() == 1 && value.has(property)) ? value.get(property).toString() : json;
		}
		catch (JacksonException ex) {
			return json;
		}
	}

	// Return the start of content on one line.
	static String excerpt(@Nullable String json, int longest) {
		String text = (json != null) ? readable(json).replaceAll("\\s+", " ").strip() : "";
		return (text.length() <= longest) ? text : start(text, longest) + "…";
	}

	// Return the start of a text, without half a character at its end.
	private static String start(String text, int longest) {
		return text.substring(0, Character.isHighSurrogate(text.charAt(longest - 1)) ? longest - 1 : longest);
	}

	// Escape markup, and replace control characters and characters that change the
	// text direction.
	static String escape(String text) {
		StringBuilder escaped = new StringBuilder(text.length() + 16);
		text.codePoints().forEach((c) -> {
			switch (c) {
				case '&' -> escaped.append("&amp;");
				case '<' -> escaped.append("&lt;");
				case '>' -> escaped.append("&gt;");
				case '"' -> escaped.append("&quot;");
				case '\'' -> escaped.append("&#39;");
				case '\n', '\t' -> escaped.append((char) c);
				default -> {
					boolean shown = !Character.isISOControl(c) && Character.getType(c) != Character.SURROGATE
							&& !isDirection(c);
					escaped.appendCodePoint(shown ? c : '\uFFFD');
				}
			}
		});
		return escaped.toString();
	}

	private static boolean isDirection(int c) {
		return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
	}

}
