package dev.braintrust.spring.autoconfigure.properties;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The nearest {@code .env.braintrust} file, searched from a directory upwards and read on
 * first use. It gives Braintrust's own variables alone; whatever else stands in the file
 * is not kept. A file that is missing, unreadable or malformed gives nothing, and the
 * nearest file hides those above it.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/features/environment-variables.md">Braintrust's
 * specification, "Special case: .env.braintrust"</a>
 */
final class DotEnvFile {

	static final String NAME = ".env.braintrust";

	private static final int MAX_PARENTS = 64;

	private static final Set<String> ALLOWED = Set.of("BRAINTRUST_API_KEY", "BRAINTRUST_APP_URL", "BRAINTRUST_API_URL",
			"BRAINTRUST_PROJECT", "BRAINTRUST_PROJECT_ID", "BRAINTRUST_ORG_NAME", "BRAINTRUST_ENVIRONMENT_TYPE",
			"BRAINTRUST_ENVIRONMENT_NAME");

	// A name, then a value that is single-quoted, double-quoted or plain, then a comment.
	// The repetitions of alternatives are possessive: others recurse for each character,
	// and a long value overflows the stack.
	private static final Pattern ASSIGNMENT = Pattern.compile("(?:export\\s+)?([A-Za-z_][A-Za-z0-9_]*)\\s*=\\s*"
			+ "(?:'([^']*)'|\"((?:[^\"\\\\]|\\\\.)*+)\"|([^'\"\\s#](?:[^#]|(?<!\\s)#)*+)?)\\s*(?:#.*)?");

	private static final Pattern ESCAPE = Pattern.compile("\\\\(.)");

	private final @Nullable Path directory;

	private @Nullable Map<String, String> values;

	DotEnvFile(@Nullable Path directory) {
		this.directory = directory;
	}

	// The file that is nearest to the working directory of the process.
	static DotEnvFile nearest() {
		try {
			return new DotEnvFile(Path.of("").toAbsolutePath());
		}
		catch (RuntimeException ex) {
			return new DotEnvFile(null);
		}
	}

	// The value of a variable.
	@Nullable String get(String name) {
		Map<String, String> values = this.values;
		if (values == null) {
			values = read();
			this.values = values;
		}
		String value = values.get(name);
		return (value != null && !value.isBlank()) ? value : null;
	}

	private Map<String, String> read() {
		try {
			Path directory = this.directory;
			for (int parents = 0; directory != null && parents <= MAX_PARENTS; parents++) {
				Path file = directory.resolve(NAME);
				if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
					return parse(Files.readAllLines(file, StandardCharsets.UTF_8));
				}
				directory = directory.getParent();
			}
		}
		catch (IOException | RuntimeException ex) {
			// Discovery must not fail the application; what cannot be read gives nothing.
		}
		return Map.of();
	}

	private static Map<String, String> parse(List<String> lines) {
		Map<String, String> values = new TreeMap<>();
		for (String line : lines) {
			// Editors on Windows begin a file with a byte order mark.
			String text = (line.startsWith("\uFEFF") ? line.substring(1) : line).strip();
			if (text.isEmpty() || text.startsWith("#")) {
				continue;
			}
			Matcher matcher = ASSIGNMENT.matcher(text);
			if (!matcher.matches()) {
				return Map.of();
			}
			if (ALLOWED.contains(matcher.group(1))) {
				values.put(matcher.group(1), value(matcher));
			}
		}
		return values;
	}

	private static String value(Matcher matcher) {
		if (matcher.group(2) != null) {
			return matcher.group(2);
		}
		if (matcher.group(3) != null) {
			return ESCAPE.matcher(matcher.group(3)).replaceAll(DotEnvFile::unescape);
		}
		return (matcher.group(4) != null) ? matcher.group(4).strip() : "";
	}

	private static String unescape(MatchResult escape) {
		String text = switch (escape.group(1)) {
			case "n" -> "\n";
			case "\"", "\\" -> escape.group(1);
			default -> escape.group();
		};
		return Matcher.quoteReplacement(text);
	}

}
