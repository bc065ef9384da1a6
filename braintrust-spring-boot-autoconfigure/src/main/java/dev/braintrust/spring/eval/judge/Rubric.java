package dev.braintrust.spring.eval.judge;

import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.springframework.util.Assert;

/**
 * The prompt of a judge, with variables in double braces. Variables are replaced once:
 * their values are data and are not searched for other variables.
 */
public final class Rubric {

	private static final Pattern VARIABLE = Pattern.compile("\\{\\{\\s*([^{}]+?)\\s*}}");

	private static final Pattern KNOWN = Pattern.compile("input|output|expected|metadata\\.\\S+");

	private static final Pattern CLOSING_TAG = Pattern.compile("</\\s*+([\\w-]+)\\s*+>");

	private final String text;

	private final Set<String> tags;

	public Rubric(String text) {
		VARIABLE.matcher(text)
			.results()
			.map((variable) -> variable.group(1))
			.forEach((name) -> Assert.isTrue(KNOWN.matcher(name).matches(), () -> "The prompt of a judge has the "
					+ "variable '" + name + "'. It may have input, output, expected, and metadata.<key>."));
		this.text = text;
		this.tags = CLOSING_TAG.matcher(text)
			.results()
			.map((tag) -> tag.group(1).toLowerCase(Locale.ROOT))
			.collect(Collectors.toSet());
	}

	public String render(Function<String, String> values) {
		return VARIABLE.matcher(this.text)
			.replaceAll((variable) -> Matcher.quoteReplacement(data(values.apply(variable.group(1)))));
	}

	// Escape the closing tags that the prompt uses, so that a value cannot end the tag
	// around it.
	private String data(String value) {
		return CLOSING_TAG.matcher(value).replaceAll((tag) -> Matcher.quoteReplacement(escaped(tag)));
	}

	private String escaped(MatchResult tag) {
		return this.tags.contains(tag.group(1).toLowerCase(Locale.ROOT)) ? "<\\/" + tag.group(1) + ">" : tag.group();
	}

}
