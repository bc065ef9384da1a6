package dev.braintrust.spring.sample;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.tools.ToolProvider;

import com.google.protobuf.ByteString;
import dev.braintrust.spring.sample.offline.ModelServer;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.SpringApplicationAotProcessor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Starts the sample in a separate process, as a user would, with the model and two
 * collectors in this process, and checks the bytes that arrive.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SupportDeskProcessTests {

	private static final String SUPPORT = "project_name:Support Desk";

	private static final String RESEARCH = "project_name:Product Research";

	@TempDir
	private Path directory;

	private ModelServer model;

	private ReceivingServer braintrust;

	private ReceivingServer telemetry;

	@BeforeEach
	void start() throws IOException {
		this.model = ModelServer.start();
		this.braintrust = new ReceivingServer();
		this.telemetry = new ReceivingServer();
	}

	@AfterEach
	void stop() {
		this.telemetry.close();
		this.braintrust.close();
		this.model.close();
	}

	@Test
	void aConversationOfThreeJobsArrivesAsOneTraceAndNothingMixes() throws Exception {
		runSample("--spring.datasource.url=jdbc:h2:file:./desk;MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE");
		verifyRequests();
		verifySpans();
	}

	@Test
	void theSameHappensOnPostgreSql() throws Exception {
		try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
			runSample("--spring.profiles.active=postgres",
					"--spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres"),
					"--spring.datasource.username=postgres", "--spring.datasource.password=postgres");
		}
		verifySpans();
	}

	@Test
	void theSameHappensFromCodeThatIsGeneratedAheadOfTime() throws Exception {
		Path generated = generateAheadOfTime();
		runSample(List.of("-Dspring.aot.enabled=true"), generated + File.pathSeparator,
				"--spring.datasource.url=jdbc:h2:file:./desk;MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE");
		verifyRequests();
		verifySpans();
	}

	/**
	 * Run the AOT processor and compile the generated code, as {@code
	 * spring-boot:process-aot} does.
	 */
	private Path generateAheadOfTime() throws IOException, InterruptedException {
		Path sources = this.directory.resolve("sources");
		Path classes = Files.createDirectories(this.directory.resolve("classes"));
		try (SampleProcess processor = SampleProcess.run(this.directory, "processor", List.of(), "",
				List.of(SpringApplicationAotProcessor.class.getName(), SupportDeskApplication.class.getName(),
						sources.toString(), classes.toString(), classes.toString(), "dev.braintrust.spring",
						"braintrust-spring-boot-sample-app"))) {
			processor.awaitEnd();
		}
		List<String> arguments = new ArrayList<>(List.of("-nowarn", "-parameters", "-d", classes.toString(), "-cp",
				classes + File.pathSeparator + System.getProperty("java.class.path")));
		try (Stream<Path> files = Files.walk(sources)) {
			files.map(Path::toString).filter((file) -> file.endsWith(".java")).forEach(arguments::add);
		}
		assertThat(arguments).hasSizeGreaterThan(100);
		assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new)))
			.as("what was generated compiles")
			.isZero();
		return classes;
	}

	private void verifyRequests() {
		assertThat(this.braintrust.requests()).isNotEmpty().allSatisfy((request) -> {
			assertThat(request.path()).isEqualTo("/otel/v1/traces");
			assertThat(request.header("Content-Type")).isEqualTo("application/x-protobuf");
			assertThat(request.header("Authorization")).isEqualTo("Bearer test-key");
			assertThat(request.header("x-bt-parent")).isIn(SUPPORT, RESEARCH);
		});
		assertThat(this.telemetry.requests()).isNotEmpty().allSatisfy((request) -> {
			assertThat(request.path()).isEqualTo("/v1/traces");
			assertThat(request.header("Authorization")).isNull();
			assertThat(request.header("x-bt-parent")).isNull();
		});
	}

	private void verifySpans() {
		List<Span> support = spansOf(SUPPORT);
		List<Span> research = spansOf(RESEARCH);
		List<Span> application = this.telemetry.requests()
			.stream()
			.flatMap((request) -> request.spans().stream())
			.toList();
		verifyConversation(support);
		assertThat(named(research, "answer")).isEmpty();
		assertThat(ofType(research, "llm")).hasSize(1);
		assertThat(named(application, "job answer")).hasSize(3);
		assertThat(support).allMatch((span) -> attribute(span, "braintrust.parent").equals(SUPPORT));
		assertThat(research).allMatch((span) -> attribute(span, "braintrust.parent").equals(RESEARCH));
		assertThat(application).noneMatch((span) -> span.getAttributesList()
			.stream()
			.anyMatch((attribute) -> attribute.getKey().startsWith("braintrust.")));
		for (List<Span> spans : List.of(support, research, application)) {
			List<Span> others = new ArrayList<>(support);
			others.addAll(research);
			others.addAll(application);
			others.removeAll(spans);
			assertThat(traceIds(spans)).doesNotContainAnyElementsOf(traceIds(others));
			assertThat(parentIds(spans)).doesNotContainAnyElementsOf(spanIds(others));
		}
	}

	private void verifyConversation(List<Span> support) {
		assertThat(traceIds(support)).hasSize(1);
		assertThat(support.stream().filter((span) -> span.getParentSpanId().isEmpty())).hasSize(1);
		assertThat(spanIds(support)).hasSameSizeAs(support).containsAll(parentIds(support));
		List<Span> answers = named(support, "answer");
		assertThat(answers.stream().map((span) -> metadata(span, "job"))).hasSize(3).doesNotHaveDuplicates();
		assertThat(answers).allMatch((span) -> !attribute(span, "braintrust.input_json").isEmpty())
			.allMatch((span) -> !attribute(span, "braintrust.output_json").isEmpty());
		assertThat(ofType(support, "llm")).hasSize(5)
			.allMatch((span) -> attribute(span, "braintrust.metrics").contains("\"prompt_tokens\""));
		assertThat(ofType(support, "tool").stream().map(Span::getName)).containsExactlyInAnyOrder("lookUpOrder",
				"askResearch");
	}

	private void runSample(String... database) throws IOException, InterruptedException {
		runSample(List.of(), "", database);
	}

	private void runSample(List<String> options, String classPath, String... database)
			throws IOException, InterruptedException {
		List<String> arguments = new ArrayList<>(List.of("--sample.once=true",
				"--spring.ai.openai.base-url=" + this.model.url(), "--spring.ai.openai.api-key=test-key",
				"--braintrust.api-url=" + this.braintrust.url(), "--braintrust.api-key=test-key",
				"--braintrust.check-on-startup=false",
				"--management.opentelemetry.tracing.export.otlp.endpoint=" + this.telemetry.url() + "/v1/traces"));
		arguments.addAll(List.of(database));
		try (SampleProcess sample = SampleProcess.start(this.directory, "output", options, classPath, arguments)) {
			sample.awaitEnd();
		}
	}

	private List<Span> spansOf(String route) {
		return this.braintrust.requests()
			.stream()
			.filter((request) -> route.equals(request.header("x-bt-parent")))
			.flatMap((request) -> request.spans().stream())
			.toList();
	}

	private static List<Span> named(List<Span> spans, String name) {
		return spans.stream().filter((span) -> span.getName().equals(name)).toList();
	}

	private static List<Span> ofType(List<Span> spans, String type) {
		return spans.stream().filter((span) -> type.equals(json(span, "braintrust.span_attributes", "type"))).toList();
	}

	private static String metadata(Span span, String field) {
		return json(span, "braintrust.metadata", field);
	}

	private static String json(Span span, String attribute, String field) {
		return new JsonMapper().readTree(attribute(span, attribute)).path(field).asString("");
	}

	private static String attribute(Span span, String key) {
		return span.getAttributesList()
			.stream()
			.filter((attribute) -> attribute.getKey().equals(key))
			.map(KeyValue::getValue)
			.findFirst()
			.orElseThrow(() -> new AssertionError(span.getName() + " has no " + key))
			.getStringValue();
	}

	private static Set<ByteString> traceIds(List<Span> spans) {
		return spans.stream().map(Span::getTraceId).collect(Collectors.toSet());
	}

	private static Set<ByteString> spanIds(List<Span> spans) {
		return spans.stream().map(Span::getSpanId).collect(Collectors.toSet());
	}

	private static Set<ByteString> parentIds(List<Span> spans) {
		return spans.stream().map(Span::getParentSpanId).filter((id) -> !id.isEmpty()).collect(Collectors.toSet());
	}

}
