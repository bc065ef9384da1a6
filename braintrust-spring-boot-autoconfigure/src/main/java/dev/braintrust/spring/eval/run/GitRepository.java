package dev.braintrust.spring.eval.run;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads information about the Git repository that an experiment runs in. The organization
 * selects the fields with {@code git_metadata} of the login, {@code {"collect":"all"}} or
 * {@code {"collect":"some","fields":["commit",…]}}. Without it, nothing is collected. The
 * repository is never changed.
 */
final class GitRepository {

	// In the order in which they are collected.
	private static final List<String> FIELDS = List.of("commit", "branch", "tag", "dirty", "author_name",
			"author_email", "commit_message", "commit_time", "git_diff");

	private static final int MAX_BYTES = 65_536;

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private final long deadline = System.nanoTime() + PATIENCE.toNanos();

	private final Path directory;

	private GitRepository(Path directory) {
		this.directory = directory;
	}

	// Return the selected fields of the repository that contains a directory, or null
	// without any.
	static @Nullable ObjectNode info(JsonNode wanted, Path directory) {
		Set<String> fields = fields(wanted);
		GitRepository repository = new GitRepository(directory);
		if (fields.isEmpty() || repository.git("rev-parse", "--git-dir") == null) {
			return null;
		}
		ObjectNode info = JsonNodeFactory.instance.objectNode();
		for (String field : FIELDS) {
			if (fields.contains(field)) {
				repository.add(info, field);
			}
		}
		return info.isEmpty() ? null : info;
	}

	private static Set<String> fields(JsonNode wanted) {
		Set<String> fields = new LinkedHashSet<>();
		switch (wanted.path("collect").asString("")) {
			case "all" -> fields.addAll(FIELDS);
			case "some" -> wanted.path("fields").forEach((field) -> fields.add(field.asString("")));
			default -> {
			}
		}
		return fields;
	}

	private void add(ObjectNode info, String field) {
		String value = switch (field) {
			case "commit" -> git("rev-parse", "HEAD");
			case "branch" -> git("symbolic-ref", "--short", "-q", "HEAD");
			case "tag" -> git("describe", "--tags", "--exact-match");
			case "dirty" -> git("status", "--porcelain", "--untracked-files=no");
			case "author_name" -> git("log", "-1", "--format=%an");
			case "author_email" -> git("log", "-1", "--format=%ae");
			case "commit_message" -> git("log", "-1", "--format=%B");
			case "commit_time" -> git("log", "-1", "--format=%cI");
			default -> git("diff", "--no-ext-diff", "--no-textconv", "--no-color", "HEAD");
		};
		if (field.equals("dirty") && value != null) {
			info.put(field, !value.isEmpty());
		}
		else if (value != null && !value.isEmpty()) {
			info.put(field, value);
		}
	}

	// Return the output of a command, truncated to the limit, or null if it fails. The
	// output goes to a file, so that a hanging command cannot block the reader.
	private @Nullable String git(String... arguments) {
		try {
			Path output = Files.createTempFile("braintrust-git", null);
			try {
				return run(arguments, output) ? read(output) : null;
			}
			finally {
				Files.delete(output);
			}
		}
		catch (IOException | RuntimeException ex) {
			// Git is missing, or the temporary file cannot be used.
			return null;
		}
	}

	private boolean run(String[] arguments, Path output) throws IOException {
		ProcessBuilder builder = new ProcessBuilder("git", "--no-pager", "--no-optional-locks");
		builder.command().addAll(Arrays.asList(arguments));
		builder.directory(this.directory.toFile())
			.redirectErrorStream(false)
			.redirectError(ProcessBuilder.Redirect.DISCARD)
			.redirectOutput(output.toFile());
		builder.environment().put("GIT_TERMINAL_PROMPT", "0");
		Process process = builder.start();
		try {
			process.getOutputStream().close();
			return process.waitFor(Math.max(0, this.deadline - System.nanoTime()), TimeUnit.NANOSECONDS)
					&& process.exitValue() == 0;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
		finally {
			process.destroyForcibly();
		}
	}

	private static String read(Path output) throws IOException {
		try (InputStream input = Files.newInputStream(output)) {
			byte[] bytes = input.readNBytes(MAX_BYTES + 1);
			int length = Math.min(bytes.length, MAX_BYTES);
			// Do not cut a character in half.
			while (length < bytes.length && length > 0 && (bytes[length] & 0xC0) == 0x80) {
				length--;
			}
			return new String(bytes, 0, length, StandardCharsets.UTF_8).strip();
		}
	}

}
