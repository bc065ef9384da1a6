package dev.braintrust.spring.console;

import java.io.IOException;
import java.lang.reflect.Field;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;

import dev.braintrust.spring.Attachments;
import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.console.ConsoleApplication.Answer;
import dev.braintrust.spring.console.ConsoleApplication.Kind;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.trace.EndedSpan;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests of the traces in the console's JSON.
 */
class ConsoleTracesTests {

	private static final byte[] IMAGE = Base64.getDecoder()
		.decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

	private ConsoleApplication application;

	@AfterEach
	void close() {
		this.application.close();
	}

	private void start(String... properties) {
		this.application = new ConsoleApplication(Kind.PLAIN, properties);
	}

	@Test
	void projectWithoutAKeyIsRecordedIntoTheConsoleAlone() throws IOException {
		start();
		this.application.tracer().taskSpan("triage").input("Where is it?").call((span) -> "On its way.");
		JsonNode state = this.application.json("state");
		JsonNode project = state.path("projects").get(0);
		assertThat(project.path("key").asString()).isEqualTo("support");
		assertThat(project.path("exported").asBoolean()).isFalse();
		JsonNode trace = state.path("traces").get(0);
		assertThat(trace.path("name").asString()).isEqualTo("triage");
		assertThat(trace.path("input").asString()).isEqualTo("Where is it?");
		assertThat(trace.path("output").asString()).isEqualTo("On its way.");
		assertThat(spans(trace).get(0).path("state").asString()).isEqualTo("KEPT");
	}

	@Test
	void clientOfAProjectWithoutAKeyIsTraced() throws IOException {
		start();
		this.application.context().getBean("supportChat", ChatClient.class).prompt("Where is it?").call().content();
		JsonNode trace = this.application.traces().get(0);
		assertThat(trace.path("input").asString()).isEqualTo("Where is it?");
		assertThat(spans(trace).valueStream().map((span) -> span.path("type").asString())).containsExactly("task",
				"llm");
		assertThat(spans(trace).get(1).path("model").asString()).isEqualTo("scripted");
	}

	private JsonNode spans(JsonNode trace) throws IOException {
		return this.application.json(path(trace)).path("spans");
	}

	private static String path(JsonNode trace) {
		return "traces/" + trace.path("project").asString() + "/" + trace.path("id").asString();
	}

	@Test
	void openSpanIsShownWithItsInputUntilItEnds() throws IOException {
		start();
		ProjectSpan span = this.application.tracer().taskSpan("long work").input("begin").startSpan();
		JsonNode open = this.application.traces().get(0);
		assertThat(open.path("open").asInt()).isOne();
		assertThat(open.path("input").asString()).isEqualTo("begin");
		assertThat(spans(open).get(0).path("state").asString()).isEqualTo("OPEN");
		span.output("end").end();
		JsonNode ended = this.application.traces().get(0);
		assertThat(this.application.traces()).hasSize(1);
		assertThat(ended.path("open").asInt()).isZero();
		assertThat(ended.path("output").asString()).isEqualTo("end");
	}

	@Test
	void readerIsToldOnlyOfWhatHasChanged() throws IOException {
		start();
		this.application.tracer().taskSpan("first").run((span) -> {
		});
		JsonNode state = this.application.json("state");
		long version = state.path("version").asLong();
		assertThat(this.application.json("state?since=" + version).path("traces")).isEmpty();
		this.application.tracer().taskSpan("second").run((span) -> {
		});
		JsonNode later = this.application.json("state?since=" + version);
		assertThat(later.path("traces")).hasSize(1);
		assertThat(later.path("traces").get(0).path("name").asString()).isEqualTo("second");
		assertThat(later.path("instance")).isEqualTo(state.path("instance"));
	}

	@Test
	void spansOfATraceThatRunsAreSentOnce() throws IOException {
		start();
		this.application.tracer().taskSpan("root").run((root) -> {
			String path = path(this.application.traces().get(0));
			for (String form : List.of("", "/rows")) {
				long bytes = 0;
				long version = 0;
				Set<String> names = new HashSet<>();
				for (int i = 0; i < 400; i++) {
					this.application.tracer().toolSpan("tool" + form + i).input("question").call((tool) -> "done");
					if (i % 20 == 19) {
						byte[] answer = this.application.get("/braintrust/api/" + path + form + "?since=" + version)
							.bytes();
						JsonNode trace = new JsonMapper().readTree(answer);
						trace.path("spans").forEach((span) -> names.add(span.path("name").asString()));
						version = trace.path("version").asLong();
						bytes += answer.length;
					}
				}
				assertThat(names).hasSize(this.application.json(path).path("total").asInt());
				assertThat(bytes)
					.isLessThan(2L * this.application.get("/braintrust/api/" + path + form).bytes().length);
			}
		});
	}

	@Test
	void rowIsThatOfTheRequestAfterFiltersAndCuts() throws IOException {
		try (OtlpReceiver receiver = new OtlpReceiver()) {
			start("braintrust.api-key=sk-test", "braintrust.api-url=" + receiver.url(),
					"braintrust.capture.max-field-size=2KB");
			this.application.tracer()
				.taskSpan("answer")
				.input("order 4711 " + "x".repeat(10_000))
				.metadata("dropped", "drop this")
				.call((span) -> "done");
			String sent = receiver.awaitSpans(1).get(0).toString();
			awaitState("SENT");
			JsonNode trace = this.application.traces().get(0);
			JsonNode span = span(trace, spans(trace).get(0));
			assertThat(span.path("exact").asBoolean()).isTrue();
			JsonNode attributes = span.path("row").path("attributes");
			assertThat(attributes.path("braintrust.input_json").asString()).contains("order ####")
				.hasSizeLessThan(3_000);
			attributes.properties().forEach((attribute) -> assertThat(sent).contains(attribute.getValue().asString()));
		}
	}

	private void awaitState(String state) {
		Awaitility.await()
			.ignoreExceptions()
			.until(() -> spans(this.application.traces().get(0)).get(0).path("state").asString().equals(state));
	}

	private JsonNode span(JsonNode trace, JsonNode span) throws IOException {
		return this.application.json(path(trace) + "/" + span.path("id").asString());
	}

	@Test
	void spanThatCannotBeSentIsShownAsLost() throws IOException {
		try (OtlpReceiver receiver = new OtlpReceiver().answering(401, 401)) {
			start("braintrust.api-key=sk-test", "braintrust.api-url=" + receiver.url());
			this.application.tracer().taskSpan("answer").input("question").call((span) -> "done");
			awaitState("LOST");
			JsonNode state = this.application.json("state");
			assertThat(state.path("projects").get(0).path("state").asString()).isEqualTo("FAILING");
			assertThat(state.path("traces").get(0).path("input").asString()).isEqualTo("question");
		}
	}

	@Test
	void contentIsShownWhileTheExportWaits() throws IOException {
		start("braintrust.api-key=sk-test", "braintrust.api-url=http://127.0.0.1:1",
				"braintrust.export.shutdown-timeout=100ms");
		for (int i = 0; i < 3; i++) {
			this.application.tracer().taskSpan("answer").input("order 4711").call((span) -> "done");
		}
		for (JsonNode trace : this.application.traces()) {
			assertThat(trace.path("input").asString()).isEqualTo("order ####");
			JsonNode span = span(trace, spans(trace).get(0));
			assertThat(span.path("row").path("attributes").path("braintrust.input_json").asString())
				.isEqualTo("\"order ####\"");
		}
	}

	@Test
	void attachmentIsShownWhetherItIsUploadedOrNot() throws IOException {
		start();
		this.application.tracer().taskSpan("look").input(Attachments.of(IMAGE, "image/png")).call((span) -> "seen");
		assertMedia();
	}

	@Test
	void uploadedAttachmentIsShownFromMemory() throws IOException {
		try (OtlpReceiver receiver = new OtlpReceiver()) {
			start("braintrust.api-key=sk-test", "braintrust.api-url=" + receiver.url(),
					"braintrust.app-url=" + receiver.url());
			this.application.tracer().taskSpan("look").input(Attachments.of(IMAGE, "image/png")).call((span) -> "seen");
			awaitState("SENT");
			JsonNode trace = this.application.traces().get(0);
			JsonNode input = new JsonMapper().readTree(span(trace, spans(trace).get(0)).path("row")
				.path("attributes")
				.path("braintrust.input_json")
				.asString());
			assertThat(input.path("type").asString()).isEqualTo("braintrust_attachment");
			assertMedia();
		}
	}

	private void assertMedia() throws IOException {
		JsonNode trace = this.application.traces().get(0);
		JsonNode line = spans(trace).get(0);
		JsonNode media = span(trace, line).path("media");
		assertThat(media).hasSize(1);
		assertThat(media.get(0).path("type").asString()).isEqualTo("image/png");
		Answer image = this.application
			.get("/braintrust/api/" + path(trace) + "/" + line.path("id").asString() + "/media/0");
		assertThat(image.bytes()).isEqualTo(IMAGE);
		assertThat(image.headers()).containsEntry("content-type", "image/png");
		assertThat(image.headers().get("content-security-policy")).contains("sandbox");
	}

	@Test
	void attachmentThatClaimsToBeAnImageIsNotServedAsWhatItIs() throws IOException {
		start();
		byte[] page = ("<html><script>alert(1)</script>" + " ".repeat(200)).getBytes();
		this.application.tracer().taskSpan("look").input(Attachments.of(page, "text/html")).call((span) -> "seen");
		JsonNode trace = this.application.traces().get(0);
		String span = spans(trace).get(0).path("id").asString();
		Answer answer = this.application.get("/braintrust/api/" + path(trace) + "/" + span + "/media/0");
		assertThat(answer.headers()).containsEntry("content-type", "application/octet-stream");
		assertThat(answer.headers().get("content-disposition")).startsWith("attachment");
	}

	@Test
	void oldestTracesLeaveWholeAndMemoryIsBounded() throws IOException {
		start("braintrust.console.max-memory=1MB");
		for (int i = 0; i < 40; i++) {
			String text = i + " " + "x".repeat(20_000);
			this.application.tracer().taskSpan("parent " + i).run((span) -> {
				this.application.tracer().taskSpan("child").input(text).call((child) -> "done");
				this.application.tracer().taskSpan("child").input(text).call((child) -> "done");
			});
			// The request collects the inbox, as the store's thread does.
			assertThat(this.application.json("state").path("bytes").asLong())
				.isLessThanOrEqualTo(DataSize.ofMegabytes(1).toBytes());
		}
		JsonNode state = this.application.json("state");
		assertThat(state.path("traces").get(0).path("name").asString()).isEqualTo("parent 39");
		assertThat(state.path("evicted").asLong()).isEqualTo(40 - state.path("traces").size());
		// The page drops traces with older versions.
		assertThat(state.path("traces"))
			.allMatch((trace) -> trace.path("version").asLong() >= state.path("oldest").asLong());
		assertThat(state.path("oldest").asLong()).isGreaterThan(1);
		assertThat(state.path("traces")).isNotEmpty().allMatch((trace) -> trace.path("spans").asInt() == 3);
	}

	@Test
	void attachmentsCount() throws IOException {
		start("braintrust.console.max-memory=1MB");
		for (int i = 0; i < 5; i++) {
			this.application.tracer()
				.taskSpan("look")
				.input(Attachments.of(new byte[400_000], "image/png"))
				.call((span) -> "seen");
			this.application.json("state");
		}
		assertThat(this.application.traces()).hasSizeLessThanOrEqualTo(2);
	}

	// A preview is not kept in memory.
	@Test
	void lookingAtContentDoesNotHoldItTwice() throws Exception {
		start();
		this.application.tracer()
			.taskSpan("look")
			.input(Attachments.of(new byte[400_000], "image/png"))
			.call((span) -> "x".repeat(100_000));
		this.application.traces();
		StoredSpan span = this.application.context()
			.getBean(WatchedProjects.class)
			.store()
			.since(0)
			.traces()
			.get(0)
			.spans()
			.get(0);
		long held = 0;
		for (Field field : SpanFacts.class.getDeclaredFields()) {
			field.setAccessible(true);
			held += (field.get(span.facts()) instanceof String text) ? text.length() : 0;
		}
		assertThat(held).isLessThan(StoredSpan.BARE_BYTES);
	}

	@Test
	void traceThatIsTooLargeAloneKeepsItsLatestSpans() throws IOException {
		start("braintrust.console.max-memory=1MB");
		this.application.tracer().taskSpan("parent").run((span) -> {
			for (int i = 0; i < 60; i++) {
				this.application.tracer().taskSpan("child " + i).input("x".repeat(20_000)).call((child) -> "done");
				this.application.json("state?since=999999");
			}
		});
		JsonNode trace = this.application.traces().get(0);
		assertThat(StreamSupport.stream(spans(trace).spliterator(), false).map((span) -> span.path("name").asString()))
			.contains("parent", "child 59")
			.doesNotContain("child 0");
	}

	// As if the store's thread did not get to run.
	@Test
	void floodThatNobodyCollectsIsNotKept() {
		start();
		WatchedProject project = this.application.context().getBean(WatchedProjects.class).get("support");
		ProjectSpan span = this.application.tracer().taskSpan("flood").input("y".repeat(1000)).startSpan();
		EndedSpan flooding = project.content().open().get(0);
		TraceStore store = new TraceStore(DataSize.ofMegabytes(1).toBytes());
		WatchedProject flooded = new WatchedProject(project.settings(), project.content(), store, null);
		for (int i = 0; i < 2000; i++) {
			flooded.add(flooding);
		}
		span.end();
		TraceStore.Changes changes = store.since(0);
		assertThat(changes.missed()).isPositive();
		assertThat(changes.traces().get(0).spans()).hasSize(2000 - (int) changes.missed());
		assertThat(changes.bytes()).isLessThanOrEqualTo(DataSize.ofMegabytes(1).toBytes());
	}

	@Test
	void rowsOfATraceThatIsTooLargeAreItsFirst() throws IOException {
		start();
		this.application.tracer().taskSpan("large").run((root) -> {
			for (int i = 0; i < 8; i++) {
				this.application.tracer().toolSpan("tool " + i).input("x".repeat(3_000_000)).call((tool) -> "done");
			}
		});
		JsonNode trace = this.application.traces().get(0);
		String path = "traces/support/" + trace.path("id").asString();
		assertThat(this.application.json(path).path("spans")).hasSize(9);
		JsonNode rows = this.application.json(path + "/rows");
		assertThat(rows.path("total").asInt()).isEqualTo(9);
		assertThat(rows.path("spans").size()).isBetween(3, 8);
		assertThat(rows.path("spans").get(0).path("name").asString()).isEqualTo("large");
	}

	@Test
	void noSecretIsShown() throws IOException {
		start("braintrust.api-key=sk-s3cret", "braintrust.api-url=http://127.0.0.1:1",
				"braintrust.projects.support.export.headers.x-token=s3cret-header",
				"braintrust.export.shutdown-timeout=100ms");
		this.application.tracer().taskSpan("answer").call((span) -> "done");
		JsonNode state = this.application.json("state");
		String all = state.toString() + spans(state.path("traces").get(0))
				+ span(state.path("traces").get(0), spans(state.path("traces").get(0)).get(0));
		assertThat(all).doesNotContain("s3cret");
	}

	@Test
	void whatIsGoneIsNotThere() {
		start();
		assertThatThrownBy(() -> this.application.json("traces/other/0af7651916cd43dd8448eb211c80319c"))
			.hasMessage("Status 404");
	}

}
