package dev.braintrust.spring.eval.judge;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.ai.converter.StructuredOutputConverter;

/**
 * Asks for a verdict as JSON and reads it. Models wrap JSON in code fences and prose, or
 * write only prose. A verdict is read only if it is unambiguous.
 * {@code BeanOutputConverter} would accept any text as a choice.
 */
public final class VerdictConverter implements StructuredOutputConverter<String> {

	private static final String REASONS = "reasons";

	private static final String CHOICE = "choice";

	// The maximum number of opening braces at which to look for a verdict.
	private static final int MAX_OBJECTS = 50;

	// Reasoning without an end tag is removed to the end: the answer was cut off.
	private static final Pattern THOUGHTS = Pattern
		.compile("(?s)<think(?:ing)?>.*?</think(?:ing)?>|\\A\\s*<think(?:ing)?>.*");

	// Prose may follow the object.
	private static final JsonMapper MAPPER = JsonMapper.builder()
		.disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
		.enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS, JsonReadFeature.ALLOW_TRAILING_COMMA,
				JsonReadFeature.ALLOW_SINGLE_QUOTES)
		.build();

	private final List<String> choices;

	public VerdictConverter(Collection<String> choices) {
		this.choices = List.copyOf(choices);
	}

	@Override
	public String getFormat() {
		return JudgeTexts.format(MAPPER.writeValueAsString(this.choices));
	}

	@Override
	public String getJsonSchema() {
		ObjectNode schema = MAPPER.createObjectNode().put("type", "object");
		ObjectNode properties = schema.putObject("properties");
		properties.putObject(REASONS).put("type", "string");
		ArrayNode values = properties.putObject(CHOICE).put("type", "string").putArray("enum");
		this.choices.forEach(values::add);
		schema.putArray("required").add(REASONS).add(CHOICE);
		return schema.put("additionalProperties", false).toString();
	}

	// The text is not converted here: Spring AI passes the first of several results,
	// which may be the reasoning of the model.
	@Override
	public String convert(String result) {
		return result;
	}

	// Read the verdict of an answer, or throw a NoVerdictException.
	public Verdict verdict(String answer) {
		String text = THOUGHTS.matcher(answer).replaceAll("").strip();
		Verdict verdict = fromJson(text);
		verdict = (verdict != null) ? verdict : fromProse(text);
		if (verdict == null) {
			throw new NoVerdictException(answer, this.choices);
		}
		return verdict;
	}

	// The last object counts, because a model may show an example before it answers. A
	// nested object does not count: the reasons may quote the output, which may try to
	// fake a verdict.
	private @Nullable Verdict fromJson(String text) {
		Verdict last = null;
		int begin = text.length();
		int start = text.lastIndexOf('{');
		for (int i = 0; start >= 0 && i < MAX_OBJECTS; i++) {
			try (JsonParser parser = MAPPER.createParser(text.substring(start))) {
				JsonNode object = MAPPER.readTree(parser);
				boolean around = start + parser.currentLocation().getCharOffset() > begin;
				if (object.has(CHOICE) && (last == null || around)) {
					last = fromObject(object);
					begin = start;
				}
			}
			catch (JacksonException ex) {
				// There is no object at this brace.
			}
			start = (start > 0) ? text.lastIndexOf('{', start - 1) : -1;
		}
		return last;
	}

	private @Nullable Verdict fromObject(JsonNode object) {
		String choice = choice(object.path(CHOICE).asString(""));
		JsonNode reasons = object.path(REASONS);
		return (choice != null) ? new Verdict(reasons.isContainer() ? reasons.toString() : reasons.asString(""), choice)
				: null;
	}

	// The last line must contain only the choice: "Choice: B".
	private @Nullable Verdict fromProse(String text) {
		int line = text.lastIndexOf('\n');
		String last = text.substring(line + 1);
		Matcher labelled = Pattern
			.compile("(?i)[^\\p{Alnum}]*(?:(?:final|my|the)\\s+)?(?:choice|answer|verdict)(?:\\s+is)?\\b(.*)")
			.matcher(last);
		String choice = choice(labelled.matches() ? labelled.group(1) : last);
		return (choice != null) ? new Verdict(text.substring(0, Math.max(line, 0)).strip(), choice) : null;
	}

	// Ignore case and surrounding punctuation, such as "(b)." or "**B**".
	private @Nullable String choice(String text) {
		String bare = bare(text);
		for (String choice : this.choices) {
			if (choice.equals(text) || (!bare.isEmpty() && bare(choice).equals(bare))) {
				return choice;
			}
		}
		return null;
	}

	private static String bare(String text) {
		return text.replaceAll("^[^\\p{L}\\p{N}]+|[^\\p{L}\\p{N}]+$", "").toLowerCase(Locale.ROOT);
	}

}
