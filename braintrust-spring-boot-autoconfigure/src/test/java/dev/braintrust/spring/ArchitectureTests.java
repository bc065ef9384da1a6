package dev.braintrust.spring;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.AccessibleObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.junit.jupiter.api.Test;

import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The rules of {@code docs/architecture.md}.
 */
class ArchitectureTests {

	private static final String ROOT = "dev.braintrust.spring";

	private static final Path SOURCES = Path.of("src/main/java", ROOT.replace('.', '/'));

	// The first two are used in tests of other packages, and the last as a type argument.
	private static final Set<String> NAMED_OTHERWISE = Set.of("autoconfigure.ProjectChatClientPostProcessor",
			"autoconfigure.properties.UnknownProperties", "eval.report.ReportedSpan");

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(new ImportOption.DoNotIncludeTests())
		.importPackages(ROOT);

	@Test
	void classesAreFound() {
		assertThat(CLASSES.size()).isGreaterThan(40);
	}

	@Test
	void packagesDependOneWay() {
		mayDependOn("");
		mayDependOn(".settings", "");
		mayDependOn(".linkage", "");
		mayDependOn(".api", ".settings");
		mayDependOn(".export.otlp", ".api");
		mayDependOn(".export", ".settings", ".api", ".export.otlp");
		mayDependOn(".upload", "", ".settings", ".api");
		mayDependOn(".content.json", "", ".settings");
		mayDependOn(".content.library", "", ".content.json");
		mayDependOn(".content", "", ".settings", ".export.otlp", ".upload", ".content.json", ".content.library");
		mayDependOn(".trace.w3c");
		mayDependOn(".trace.route", ".export", ".content");
		mayDependOn(".trace", "", ".settings", ".linkage", ".api", ".export", ".upload", ".content", ".trace.w3c",
				".trace.route");
		mayDependOn(".trace.micrometer", ".trace");
		mayDependOn(".reactor", "");
		mayDependOn(".ai", "", ".linkage", ".content");
		mayDependOn(".ai.message", "", ".content", ".content.json");
		mayDependOn(".ai.provider", "", ".content", ".content.json", ".ai.message");
		mayDependOn(".ai.chat", "", ".settings", ".linkage", ".content", ".trace", ".reactor", ".ai", ".ai.message",
				".ai.provider");
		mayDependOn(".ai.model", "", ".settings", ".linkage", ".content", ".content.json", ".ai", ".ai.message",
				".ai.provider");
		mayDependOn(".eval.data", ".api");
		mayDependOn(".eval.judge");
		mayDependOn(".eval.value");
		mayDependOn(".eval.score", ".eval.judge", ".eval.value");
		mayDependOn(".eval.hosted", ".api", ".eval.score");
		mayDependOn(".eval.compare", ".settings", ".api", ".eval.data");
		mayDependOn(".eval", "", ".eval.data", ".eval.score", ".eval.compare");
		mayDependOn(".eval.report", ".settings", ".content", ".trace.route", ".eval", ".eval.data", ".eval.score",
				".eval.compare");
		mayDependOn(".eval.test", "", ".settings", ".autoconfigure", ".test", ".eval", ".eval.data", ".eval.score",
				".eval.compare");
		mayDependOn(".eval.run", "", ".settings", ".api", ".export", ".content", ".trace", ".trace.route", ".eval",
				".eval.data", ".eval.score", ".eval.compare", ".eval.report", ".eval.hosted");
		mayDependOn(".prompt", "");
		mayDependOn(".prompt.load", "", ".settings", ".api", ".prompt");
		mayDependOn(".ai.http", "", ".settings", ".linkage", ".content", ".ai", ".ai.provider");
		mayDependOn(".kotlin", "", ".trace");
		mayDependOn(".jpa", "");
		mayDependOn(".web", "", ".trace", ".reactor");
		mayDependOn(".autoconfigure.properties", "", ".settings", ".export");
		mayDependOn(".autoconfigure.diagnostics", "", ".settings", ".ai", ".autoconfigure.properties");
		mayDependOn(".autoconfigure", "", ".settings", ".linkage", ".api", ".export", ".upload", ".content", ".trace",
				".trace.micrometer", ".ai", ".ai.chat", ".ai.http", ".ai.model", ".autoconfigure.properties",
				".autoconfigure.diagnostics", ".eval", ".eval.report", ".eval.run", ".prompt", ".prompt.load");
		mayDependOn(".actuate", "", ".settings", ".linkage", ".api", ".export", ".upload", ".trace",
				".autoconfigure.properties");
		mayDependOn(".console", "", ".settings", ".api", ".export", ".upload", ".content", ".content.json", ".trace",
				".eval", ".eval.compare", ".eval.score", ".eval.report", ".autoconfigure.properties");
		mayDependOn(".eval.remote", "", ".settings", ".api", ".eval", ".eval.data", ".eval.score", ".eval.run",
				".autoconfigure", ".autoconfigure.diagnostics", ".autoconfigure.properties");
		mayDependOn(".test", "", ".settings", ".trace", ".ai.chat", ".autoconfigure", ".autoconfigure.properties");
	}

	private static void mayDependOn(String name, String... others) {
		String[] allowed = new String[others.length + 1];
		allowed[0] = ROOT + name;
		for (int i = 0; i < others.length; i++) {
			allowed[i + 1] = ROOT + others[i];
		}
		check(ArchRuleDefinition.noClasses()
			.that()
			.resideInAPackage(ROOT + name)
			.should()
			.dependOnClassesThat(new DescribedPredicate<>("are others of ours") {

				@Override
				public boolean test(JavaClass type) {
					return type.getPackageName().startsWith(ROOT)
							&& List.of(allowed).stream().noneMatch(type.getPackageName()::equals);
				}

			}));
	}

	// Only the API for users is public, and types that are public in Spring Boot too:
	// auto-configurations, endpoints, hints.
	@Test
	void whatNoOtherPackageNamesIsNotPublic() {
		assertThat(CLASSES.stream()
			.filter((type) -> type.isTopLevelClass() && type.getModifiers().contains(JavaModifier.PUBLIC))
			.filter((type) -> !PublicSurfaceTests.isApi(type) && !type.isAnnotatedWith(AutoConfiguration.class)
					&& !type.isAnnotatedWith(Endpoint.class) && !type.isAssignableTo(RuntimeHintsRegistrar.class))
			.filter((type) -> type.getDirectDependenciesToSelf()
				.stream()
				.allMatch((use) -> use.getOriginClass().getPackage().equals(type.getPackage())))
			.map((type) -> type.getName().substring(ROOT.length() + 1))).isSubsetOf(NAMED_OTHERWISE);
	}

	@Test
	void packagesHaveNoCycles() {
		check(SlicesRuleDefinition.slices().matching(ROOT + ".(**)").should().beFreeOfCycles());
	}

	@Test
	void packagesHaveAtMost25Files() throws IOException {
		assertThat(largerThan(25, filesOfPackages())).isEmpty();
	}

	@Test
	void filesHaveAtMost250Lines() throws IOException {
		assertThat(largerThan(250, linesOfFiles())).isEmpty();
	}

	private static Map<String, Long> filesOfPackages() throws IOException {
		try (Stream<Path> files = sources()) {
			return files.collect(Collectors.groupingBy((file) -> name(file.getParent()), Collectors.counting()));
		}
	}

	private static Map<String, Long> linesOfFiles() throws IOException {
		try (Stream<Path> files = sources()) {
			return files.collect(Collectors.toMap(ArchitectureTests::name, ArchitectureTests::lines));
		}
	}

	private static Stream<Path> sources() throws IOException {
		return Files.walk(SOURCES).filter((file) -> file.toString().endsWith(".java"));
	}

	private static long lines(Path file) {
		try (Stream<String> lines = Files.lines(file)) {
			return lines.count();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String name(Path path) {
		return SOURCES.relativize(path).toString().replace(".java", "").replace(File.separatorChar, '.');
	}

	private static Set<String> largerThan(long limit, Map<String, Long> sizes) {
		return sizes.keySet().stream().filter((name) -> sizes.get(name) > limit).collect(Collectors.toSet());
	}

	@Test
	void capturingKnowsNoTransportAndTransportKnowsNoSpringAi() {
		check(ArchRuleDefinition.noClasses()
			.that()
			.resideInAnyPackage(ROOT + ".settings", ROOT + ".api", ROOT + ".export..", ROOT + ".upload",
					ROOT + ".content..", ROOT + ".trace", ROOT + ".autoconfigure.properties",
					ROOT + ".autoconfigure.diagnostics", ROOT)
			.should()
			.dependOnClassesThat()
			.resideInAPackage("org.springframework.ai.."));
		check(ArchRuleDefinition.noClasses()
			.that()
			.resideOutsideOfPackages(ROOT + ".api", ROOT + ".export..", ROOT + ".upload")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("java.net.http..", "io.opentelemetry.exporter.."));
	}

	@Test
	void modulesOfProvidersAreTouchedByTheirReadersAlone() {
		for (String provider : List.of("OpenAi", "Anthropic")) {
			String name = provider.toLowerCase(Locale.ROOT);
			check(ArchRuleDefinition.noClasses()
				.that()
				.haveNameNotMatching(".*[.$]" + provider + "[^.]*")
				.should()
				.dependOnClassesThat()
				.resideInAnyPackage("com." + name + "..", "org.springframework.ai." + name + ".."));
		}
	}

	@Test
	void librariesOfTestsAreTouchedByTheSupportOfTestsAlone() {
		check(ArchRuleDefinition.noClasses()
			.that()
			.resideOutsideOfPackages(ROOT + ".test", ROOT + ".eval.test", ROOT + ".jpa")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.junit..", "org.assertj.."));
		check(ArchRuleDefinition.noClasses()
			.that()
			.resideInAPackage(ROOT + ".eval.test")
			.and()
			.haveSimpleNameNotStartingWith("EvalTests")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("org.junit.."));
		check(ArchRuleDefinition.noClasses()
			.that()
			.haveSimpleName("EvalTests")
			.or()
			.haveSimpleName("Evals")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("org.assertj.."));
	}

	@Test
	void otherLibrariesOfJsonAreTouchedByTheClassesThatAreNamedAfterThem() {
		onlyClassesNamed("Jackson2|Provider|OpenAi|Anthropic", "com.fasterxml.jackson.core..",
				"com.fasterxml.jackson.databind..");
		onlyClassesNamed("Gson", "com.google.gson..");
		onlyClassesNamed("Protobuf", "com.google.protobuf..");
		onlyClassesNamed("Kotlin", "kotlinx.serialization..");
		onlyClassesNamed("Aws", "software.amazon..");
	}

	private static void onlyClassesNamed(String prefixes, String... packages) {
		check(ArchRuleDefinition.noClasses()
			.that()
			.haveNameNotMatching(".*[.$](" + prefixes + ")[^.]*")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(packages));
	}

	@Test
	void walkOfACallNamesAtMost45ClassesAndEachOfAWalkIsThere() throws IOException {
		String page = Files.readString(Path.of("../docs/architecture.md"));
		String walks = page.substring(page.indexOf("## Three walks"), page.indexOf("## How content is captured"));
		assertThat(classesNamedIn(walks.substring(0, walks.indexOf("**A property")))).hasSizeBetween(30, 45);
		Set<String> ours = CLASSES.stream().map(JavaClass::getSimpleName).collect(Collectors.toSet());
		assertThat(classesNamedIn(walks)).isSubsetOf(ours);
	}

	private static Set<String> classesNamedIn(String text) {
		return Pattern.compile("`([A-Z]\\w+)`")
			.matcher(text)
			.results()
			.map((match) -> match.group(1))
			.collect(Collectors.toSet());
	}

	@Test
	void nothingIsGlobal() {
		check(ArchRuleDefinition.noClasses()
			.should()
			.dependOnClassesThat()
			.haveFullyQualifiedName("io.opentelemetry.api.GlobalOpenTelemetry"));
		check(ArchRuleDefinition.noClasses().should().callMethod(Runtime.class, "addShutdownHook", Thread.class));
		check(ArchRuleDefinition.noClasses()
			.should()
			.accessField(System.class, "out")
			.orShould()
			.accessField(System.class, "err"));
		// These methods use a thread that the whole JVM shares.
		check(ArchRuleDefinition.noClasses()
			.should()
			.callMethod(CompletableFuture.class, "orTimeout", long.class, TimeUnit.class)
			.orShould()
			.callMethod(CompletableFuture.class, "completeOnTimeout", Object.class, long.class, TimeUnit.class)
			.orShould()
			.callMethod(CompletableFuture.class, "delayedExecutor", long.class, TimeUnit.class));
		check(ArchRuleDefinition.fields().that().areStatic().should().haveModifier(JavaModifier.FINAL));
	}

	@Test
	void internalsOfOthersAreNotUsed() {
		check(ArchRuleDefinition.noClasses()
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("io.opentelemetry..internal..", "org.springframework.ai..internal.."));
		check(ArchRuleDefinition.noClasses()
			.should()
			.callMethod(AccessibleObject.class, "setAccessible", boolean.class));
	}

	private static void check(ArchRule rule) {
		// Kotlin code is compiled after the tests, so its package may be empty.
		rule.allowEmptyShould(true).check(CLASSES);
	}

}
