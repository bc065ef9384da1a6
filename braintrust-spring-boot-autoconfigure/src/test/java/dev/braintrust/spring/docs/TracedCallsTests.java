package dev.braintrust.spring.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the tables in {@code docs/traced-calls.md} list the metadata and metrics
 * that the code writes.
 */
class TracedCallsTests {

	private static final Pattern TOKENS = Pattern.compile("[\"`]((?:prompt|completion)_(?:\\w+_)?tokens)[\"`]");

	private static final Pattern PARAMETER = Pattern.compile("write\\(span, \"(\\w+)\"|metadata\\(\"(tools)\"");

	@Test
	void everyCountOfTokensIsInTheTable() throws IOException {
		Set<String> written = new TreeSet<>();
		try (Stream<Path> providers = Files.list(provider())) {
			for (Path file : providers.toList()) {
				TOKENS.matcher(Files.readString(file)).results().forEach((name) -> written.add(name.group(1)));
			}
		}
		Set<String> documented = new TreeSet<>();
		TOKENS.matcher(page()).results().forEach((name) -> documented.add(name.group(1)));
		assertThat(written).hasSizeGreaterThan(8).isEqualTo(documented);
	}

	@Test
	void everyParameterIsInTheTable() throws IOException {
		String page = page();
		Set<String> written = new TreeSet<>();
		PARAMETER.matcher(Files.readString(provider().resolve("Provider.java")))
			.results()
			.forEach((name) -> written.add((name.group(1) != null) ? name.group(1) : name.group(2)));
		assertThat(written).hasSize(10).allMatch((name) -> page.contains("`" + name + "`"));
	}

	private static String page() throws IOException {
		return Files.readString(Path.of("../docs/traced-calls.md"));
	}

	private static Path provider() {
		return Path.of("src/main/java/dev/braintrust/spring/ai/provider");
	}

}
