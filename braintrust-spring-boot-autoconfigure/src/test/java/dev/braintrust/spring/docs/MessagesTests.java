package dev.braintrust.spring.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.braintrust.spring.BraintrustProject;
import org.junit.jupiter.api.Test;

import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.Handle;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the documentation lists all messages of the starter, and that all listed
 * messages exist. A message is a string constant in a class that reads like a sentence.
 * Its variable parts are the gaps of the concatenation.
 */
class MessagesTests {

	private static final List<String> PAGES = List.of("messages.md", "troubleshooting.md", "operations.md");

	// Texts that are never logged: texts for models, test assertions, headers,
	// descriptions of meters, notes in spans, and input values.
	private static final Pattern UNLOGGED = Pattern.compile(
			"(test|content|settings)/.*|eval/report/(Html|Json|Markdown|Text).*|eval/test/.*|eval/remote/(BrowserAccess|RemoteProject|RunEvents).*|eval/judge/JudgeTexts.*|console/ConsoleResponse.*|actuate/(BraintrustMeters|BraintrustEndpoint|ProjectsHealth).*"
					+ "|export/(LossReason|QueueLimits|ExportTarget|otlp).*|upload/(Refusal|SentBody|SourceReads|UploadFailure).*"
					+ "|api/(BoundedBody|ProxyTunnel|Login).*|ai/(message|model)/.*|ai/http/ExchangeContent.*|.*DerivedRoot.*|.*LibraryVersions.*");

	// Invalid arguments, messages that only a fault of the starter causes, and queries.
	private static final Pattern ARGUMENT = Pattern
		.compile("'.+' (must|is not between).*|There is no client yet|(SELECT|select:) .*");

	private static final Pattern WORD = Pattern.compile("[A-Za-z]{2,}");

	private static final int WORDS = 3;

	private static final double UNKNOWN = 0.3;

	private static final Pattern BLOCK = Pattern.compile("^```(\\w*)\\R(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE);

	// Messages of Spring AI, and code for users.
	private static final Pattern SPRING = Pattern.compile("^Parameter 2 of method |^@Bean ");

	private static final Pattern VALUE = Pattern.compile("'[^']*'|\\S*[.@/:]\\S+");

	private static final Pattern PLAIN_WORD = Pattern.compile("(?<![\\w'])[a-zA-Z]{2,}(?![\\w'])");

	private static final int FEW_WORDS = 15;

	private static final String GAP = "\1";

	@Test
	void everyMessageIsDocumented() throws IOException {
		String documented = documentation();
		Map<String, String> missing = new TreeMap<>();
		messages().forEach((message, place) -> {
			if (!UNLOGGED.matcher(place).matches() && !ARGUMENT.matcher(message).matches()
					&& !pattern(message).matcher(documented).find()) {
				missing.put(message.replace(GAP, "…"), place);
			}
		});
		assertThat(missing).as("messages that docs/messages.md lacks, with what to do").isEmpty();
	}

	@Test
	void everyDocumentedMessageIsThere() throws IOException {
		List<Pattern> messages = messages().keySet().stream().map(MessagesTests::pattern).toList();
		assertThat(documentedMessages()).hasSizeGreaterThan(80);
		assertThat(documentedMessages()).filteredOn((documented) -> unknown(documented, messages) > UNKNOWN).isEmpty();
	}

	@Test
	void everyMessageOfTroubleshootingIsThere() throws IOException {
		// Longest first: a short message can be a part of a longer one.
		List<Pattern> messages = messages().keySet()
			.stream()
			.sorted(Comparator.comparingInt(String::length).reversed())
			.map(MessagesTests::pattern)
			.toList();
		List<String> shown = BLOCK.matcher(Files.readString(root().resolve("docs/troubleshooting.md")))
			.results()
			.filter((block) -> block.group(1).isEmpty())
			.flatMap((block) -> block.group(2).lines())
			.filter((line) -> !SPRING.matcher(line).find())
			.toList();
		assertThat(shown).hasSizeGreaterThan(40);
		assertThat(shown).filteredOn((line) -> unknownWords(line, messages) > FEW_WORDS).isEmpty();
	}

	// Count the words that no message of the code contains, ignoring values such
	// as names.
	private static long unknownWords(String shown, List<Pattern> messages) {
		String rest = shown;
		for (Pattern message : messages) {
			rest = message.matcher(rest).replaceAll(" ");
		}
		return PLAIN_WORD.matcher(VALUE.matcher(rest).replaceAll(" ")).results().count();
	}

	// The share of a documented message that is in no message of the code.
	private static double unknown(String documented, List<Pattern> messages) {
		BitSet known = new BitSet(documented.length());
		for (Pattern message : messages) {
			message.matcher(documented).results().forEach((match) -> known.set(match.start(), match.end()));
		}
		return 1 - known.cardinality() / (double) documented.length();
	}

	// The first cell of each row.
	private static List<String> documentedMessages() throws IOException {
		return Files.readAllLines(root().resolve("docs/messages.md"))
			.stream()
			.filter((line) -> line.startsWith("| `"))
			.map((line) -> line.substring(3, line.indexOf("` |")))
			.toList();
	}

	private static String documentation() throws IOException {
		StringBuilder pages = new StringBuilder();
		for (String page : PAGES) {
			pages.append(Files.readString(root().resolve("docs/" + page))).append('\n');
		}
		return pages.toString();
	}

	// A pattern for the message, whose gaps match any text on one line.
	private static Pattern pattern(String message) {
		return Pattern.compile(Arrays.stream(message.strip().split(GAP))
			.map(String::strip)
			.filter((part) -> !part.isEmpty())
			.map(Pattern::quote)
			.collect(Collectors.joining("[^\\n]*?")));
	}

	static Map<String, String> messages() throws IOException {
		Path classes = Path
			.of(java.net.URI
				.create(BraintrustProject.class.getProtectionDomain().getCodeSource().getLocation().toString()))
			.resolve("dev/braintrust/spring");
		Map<String, String> messages = new TreeMap<>();
		try (Stream<Path> files = Files.walk(classes)) {
			for (Path file : files.filter((each) -> each.toString().endsWith(".class")).toList()) {
				String place = classes.relativize(file).toString().replace(java.io.File.separatorChar, '/');
				new ClassReader(Files.readAllBytes(file)).accept(new Constants(place, messages),
						ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
			}
		}
		return messages;
	}

	private static Path root() {
		Path directory = Path.of("").toAbsolutePath();
		while (!Files.exists(directory.resolve("mvnw"))) {
			directory = directory.getParent();
		}
		return directory;
	}

	/**
	 * Collects the texts of a class.
	 */
	private static final class Constants extends ClassVisitor {

		private final String place;

		private final Map<String, String> messages;

		private Constants(String place, Map<String, String> messages) {
			super(Opcodes.ASM9);
			this.place = place;
			this.messages = messages;
		}

		@Override
		public MethodVisitor visitMethod(int access, String name, String descriptor, String signature,
				String[] exceptions) {
			return new MethodVisitor(Opcodes.ASM9) {

				@Override
				public void visitLdcInsn(Object value) {
					add(value);
				}

				@Override
				public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap,
						Object... arguments) {
					if (bootstrap.getOwner().equals("java/lang/invoke/StringConcatFactory")) {
						add(arguments[0]);
					}
				}

			};
		}

		private void add(Object value) {
			if (value instanceof String text && WORD.matcher(text).results().count() >= WORDS
					&& text.strip().split("\\s+").length > WORDS) {
				this.messages.putIfAbsent(text, this.place);
			}
		}

	}

}
