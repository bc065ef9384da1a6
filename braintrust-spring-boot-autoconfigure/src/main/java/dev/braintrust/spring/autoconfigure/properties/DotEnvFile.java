package dev.braintrust.spring.autoconfigure.properties;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.settings.OneLine;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The nearest {@code .env.braintrust} file, searched from a directory upwards and read on
 * first use. Only Braintrust's own variables are kept. A file that is unreadable,
 * malformed or writable by another user is logged and ignored. The nearest file hides the
 * files above it, even if it is ignored.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/features/environment-variables.md">Braintrust's
 * specification, "Special case: .env.braintrust"</a>
 */
final class DotEnvFile {

	static final String NAME = ".env.braintrust";

	private static final Log logger = LogFactory.getLog(BraintrustProjects.class);

	private static final int MAX_PARENTS = 64;

	private static final int MAX_SIZE = 1024 * 1024;

	private static final Set<String> ALLOWED = Set.of("BRAINTRUST_API_KEY", "BRAINTRUST_APP_URL", "BRAINTRUST_API_URL",
			"BRAINTRUST_PROJECT", "BRAINTRUST_PROJECT_ID", "BRAINTRUST_ORG_NAME", "BRAINTRUST_ENVIRONMENT_TYPE",
			"BRAINTRUST_ENVIRONMENT_NAME");

	// A name, then a value that is single-quoted, double-quoted or plain, then a comment.
	// The repetitions of alternatives are possessive, because greedy ones recurse for
	// each character and a long value would overflow the stack.
	private static final Pattern ASSIGNMENT = Pattern.compile("(?:export\\s+)?([A-Za-z_][A-Za-z0-9_]*)\\s*=\\s*"
			+ "(?:'([^']*)'|\"((?:[^\"\\\\]|\\\\.)*+)\"|([^'\"\\s#](?:[^#]|(?<!\\s)#)*+)?)\\s*(?:#.*)?");

	private static final Pattern ESCAPE = Pattern.compile("\\\\(.)");

	private final @Nullable Path directory;

	private @Nullable Map<String, String> values;

	DotEnvFile(@Nullable Path directory) {
		this.directory = directory;
	}

	// The file nearest to the working directory of the process.
	static DotEnvFile nearest() {
		try {
			return new DotEnvFile(Path.of("").toAbsolutePath());
		}
		catch (RuntimeException ex) {
			return new DotEnvFile(null);
		}
	}

	// Return the value of a variable, null if it is absent or blank.
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
		Path directory = this.directory;
		for (int parents = 0; directory != null && parents <= MAX_PARENTS; parents++) {
			Path file = directory.resolve(NAME);
			if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
				return read(file);
			}
			directory = directory.getParent();
		}
		return Map.of();
	}

	private static Map<String, String> read(Path file) {
		try {
			String problem = problem(file);
			if (problem != null) {
				return refused(file, problem);
			}
			Map<String, String> values = parse(text(file));
			return (values != null) ? values : refused(file, "has a line that is neither an assignment nor a comment");
		}
		catch (IOException | RuntimeException ex) {
			// The exception's message may contain a part of the file.
			return refused(file, "cannot be read (" + ex.getClass().getSimpleName() + ")");
		}
	}

	private static Map<String, String> refused(Path file, String reason) {
		logger.warn("The file " + OneLine.of(file.toString()) + " is ignored: it " + reason + ".");
		return Map.of();
	}

	// Why a file is refused, null if it is trusted. Another user may have put it above
	// the working directory, to redirect the API key and the content of spans.
	private static @Nullable String problem(Path file) throws IOException {
		if (!file.toRealPath().startsWith(file.resolveSibling("").toRealPath())) {
			return "is a link to a file outside of its directory";
		}
		BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
		if (!attributes.isRegularFile()) {
			return "is not a regular file";
		}
		if (attributes.size() > MAX_SIZE) {
			return "is larger than 1 MB";
		}
		// Windows keeps other users out of a user's directories.
		if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
			return null;
		}
		PosixFileAttributes posix = Files.readAttributes(file, PosixFileAttributes.class);
		if (posix.permissions().contains(PosixFilePermission.OTHERS_WRITE)) {
			return "can be written by every user of this machine";
		}
		boolean trusted = isRoot(posix.owner()) || posix.owner().equals(user(file));
		return trusted ? null : "belongs neither to the user of this process nor to root";
	}

	private static boolean isRoot(UserPrincipal owner) {
		return owner.getName().equals("root") || owner.getName().equals("0");
	}

	// A container's user may have no name, so use the owner of the process's directory.
	private static UserPrincipal user(Path file) throws IOException {
		Path process = Path.of("/proc/self");
		return Files.exists(process) ? Files.getOwner(process)
				: file.getFileSystem()
					.getUserPrincipalLookupService()
					.lookupPrincipalByName(System.getProperty("user.name"));
	}

	// Reads at most MAX_SIZE bytes, even if the file has grown since it was checked.
	private static List<String> text(Path file) throws IOException {
		try (InputStream input = Files.newInputStream(file)) {
			byte[] bytes = input.readNBytes(MAX_SIZE);
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString().lines().toList();
		}
	}

	private static @Nullable Map<String, String> parse(List<String> lines) {
		Map<String, String> values = new TreeMap<>();
		for (String line : lines) {
			// Editors on Windows begin a file with a byte order mark.
			String text = (line.startsWith("\uFEFF") ? line.substring(1) : line).strip();
			if (text.isEmpty() || text.startsWith("#")) {
				continue;
			}
			Matcher matcher = ASSIGNMENT.matcher(text);
			if (!matcher.matches()) {
				return null;
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
