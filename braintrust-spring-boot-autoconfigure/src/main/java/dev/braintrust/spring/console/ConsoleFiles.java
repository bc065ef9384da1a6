package dev.braintrust.spring.console;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

import org.jspecify.annotations.Nullable;

import org.springframework.util.function.SingletonSupplier;
import org.springframework.util.function.ThrowingSupplier;

/**
 * The page and its files. Browsers cache the files under a URL with a checksum, because
 * revalidating each file took half of the page's load time.
 */
final class ConsoleFiles {

	private static final Map<String, String> TYPES = Map.of("html", "text/html;charset=utf-8", "css",
			"text/css;charset=utf-8", "js", "text/javascript;charset=utf-8", "svg", "image/svg+xml");

	private static final Set<String> NAMES = Set.of("console.css", "console.js", "content.js", "copy.js", "detail.js",
			"dom.js", "evals.js", "icon.svg", "list.js", "markdown.js", "thread.js", "tree.js", "windowed.js");

	private static final Pattern PATH = Pattern.compile("/(?:([0-9a-f]{8})/)?([a-z]+\\.[a-z]+)");

	private final SingletonSupplier<String> version = SingletonSupplier.of(ThrowingSupplier.of(ConsoleFiles::version));

	static boolean has(String path) {
		Matcher matcher = PATH.matcher(path);
		return path.length() < 2 || (matcher.matches() && NAMES.contains(matcher.group(2)));
	}

	@Nullable ConsoleResponse find(String path) throws IOException {
		if (path.equals("/")) {
			String page = new String(read("console.html"), StandardCharsets.UTF_8);
			return ConsoleResponse.of(type("console.html"),
					page.replace("{version}", this.version.obtain()).getBytes(StandardCharsets.UTF_8));
		}
		Matcher matcher = PATH.matcher(path);
		if (!matcher.matches() || !NAMES.contains(matcher.group(2))) {
			return null;
		}
		ConsoleResponse file = ConsoleResponse.of(type(matcher.group(2)), read(matcher.group(2)));
		return this.version.obtain().equals(matcher.group(1)) ? file.kept() : file;
	}

	private static String version() throws IOException {
		CRC32 sum = new CRC32();
		for (String name : new TreeSet<>(NAMES)) {
			sum.update(read(name));
		}
		return String.format("%08x", sum.getValue());
	}

	private static byte[] read(String name) throws IOException {
		try (InputStream content = ConsoleFiles.class.getResourceAsStream(name)) {
			if (content == null) {
				throw new IOException("The file '" + name + "' of the console is missing");
			}
			return content.readAllBytes();
		}
	}

	private static String type(String name) {
		return String.valueOf(TYPES.get(name.substring(name.indexOf('.') + 1)));
	}

}
