package dev.braintrust.spring.eval.report;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Writes the files of reports. If a file cannot be written, a warning is logged and the
 * run does not fail.
 */
public final class ReportFiles {

	private static final Log logger = LogFactory.getLog(ReportFiles.class);

	private static final int LONGEST_NAME = 100;

	private static final String PAGE = ".html";

	// The pages of this process: its tests may run in several application contexts.
	private static final Set<Path> PAGES = ConcurrentHashMap.newKeySet();

	private ReportFiles() {
	}

	// Return the path of an experiment's page below a directory.
	public static Path page(String project, String name, Path directory) {
		return folder(project, directory).resolve(fileName(name) + PAGE);
	}

	// Return a path that no other experiment of this process uses.
	public static Path ownPage(String project, String name, Path directory) {
		Path page = page(project, name, directory);
		for (int i = 2; !PAGES.add(page); i++) {
			page = folder(project, directory).resolve(fileName(name) + "-" + i + PAGE);
		}
		return page;
	}

	private static Path folder(String project, Path directory) {
		return directory.toAbsolutePath().normalize().resolve(fileName(project));
	}

	// Return the URI of a row on a page.
	public static URI row(Path page, int index, int trial) {
		return URI.create(page.toUri() + "#" + HtmlRow.id(index, trial));
	}

	// Write the page of an experiment, and the JSON next to it. Return the page, or null
	// if it cannot be written.
	public static @Nullable Path write(Reported reported, String name, Path page) {
		try {
			html(reported, page);
			String file = String.valueOf(page.getFileName());
			json(reported, page.resolveSibling(file.substring(0, file.length() - PAGE.length()) + ".json"));
			return page;
		}
		catch (Exception ex) {
			warn(name, page, ex);
			return null;
		}
	}

	// Append the summary to the file that GitHub shows on the job's page.
	public static void summarize(Reported reported, String name, Path file) {
		try {
			Files.write(file, MarkdownSummary.of(reported.result()).getBytes(StandardCharsets.UTF_8),
					StandardOpenOption.CREATE, StandardOpenOption.APPEND);
		}
		catch (Exception ex) {
			warn(name, file, ex);
		}
	}

	private static void warn(String name, Path file, Exception failure) {
		logger.warn("A report of the experiment '" + TextTable.clean(name) + "' cannot be written to '" + file + "': "
				+ failure.getClass().getName() + ". The result of the run is not affected.");
	}

	public static void html(Reported reported, Path file) throws IOException {
		write(file, (writer) -> HtmlReport.write(reported, writer));
	}

	public static void json(Reported reported, Path file) throws IOException {
		write(file, (writer) -> JsonReport.write(reported, writer));
	}

	// The file is written under a temporary name and then moved, so a partial file is
	// never visible. On a file system with POSIX permissions, Java creates a temporary
	// file so that only its owner can read it.
	private static void write(Path file, Content content) throws IOException {
		Path directory = file.toAbsolutePath().getParent();
		if (directory == null) {
			throw new IOException("'" + file + "' is a directory");
		}
		Files.createDirectories(directory);
		Path written = Files.createTempFile(directory, ".report", ".tmp");
		try {
			// This writer replaces unpaired surrogates instead of failing.
			try (Writer writer = new BufferedWriter(
					new OutputStreamWriter(Files.newOutputStream(written), StandardCharsets.UTF_8))) {
				content.write(writer);
			}
			Files.move(written, file, StandardCopyOption.REPLACE_EXISTING);
		}
		finally {
			Files.deleteIfExists(written);
		}
	}

	// Convert the name of an experiment or a project into a file name.
	static String fileName(String name) {
		return fileName(name, ReportFiles::isPath);
	}

	// Characters that a file system may refuse are replaced. If the name is still not
	// usable, it becomes ASCII with a hash, so that different names stay different.
	static String fileName(String name, Predicate<String> isPath) {
		String composed = Normalizer.normalize(name, Normalizer.Form.NFC);
		String clean = clean(composed, "[^\\p{L}\\p{M}\\p{N}._-]+");
		if (!clean.isEmpty() && clean.getBytes(StandardCharsets.UTF_8).length <= LONGEST_NAME && isPath.test(clean)) {
			return clean;
		}
		String hash = "-" + Integer.toHexString(name.hashCode());
		String ascii = clean(composed, "[^a-zA-Z0-9._-]+");
		return (ascii.isEmpty() ? "experiment" : ascii.substring(0, Math.min(ascii.length(), LONGEST_NAME - 9))) + hash;
	}

	private static String clean(String name, String others) {
		return name.replaceAll(others, "-").replaceAll("^[.-]+|[.-]+$", "").toLowerCase(Locale.ROOT);
	}

	// With the POSIX locale, only ASCII file names are possible.
	private static boolean isPath(String name) {
		try {
			Path.of(name);
			return true;
		}
		catch (InvalidPathException ex) {
			return false;
		}
	}

	@FunctionalInterface
	private interface Content {

		void write(Writer writer) throws IOException;

	}

}
