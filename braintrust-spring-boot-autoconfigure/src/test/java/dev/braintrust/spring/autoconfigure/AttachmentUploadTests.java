package dev.braintrust.spring.autoconfigure;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.Attachments;
import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.api.Backoff;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.ReceivedSpan;
import dev.braintrust.spring.support.UploadFlow.Fault;
import dev.braintrust.spring.support.UploadFlow.Request;
import dev.braintrust.spring.support.UploadFlow.Step;
import dev.braintrust.spring.upload.AttachmentStatus.State;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.FileSystemResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of uploads over HTTP, from the span to the bytes in the storage, with faults in
 * each step.
 */
@ExtendWith(OutputCaptureExtension.class)
@Tag("fault")
class AttachmentUploadTests {

	private static final byte[] IMAGE = TracedAttachments.image(200_000, 1);

	private final TracedAttachments traced = new TracedAttachments();

	@AfterEach
	void close() {
		this.traced.close();
	}

	@Test
	void bytesAreWhereTheReferenceSays() {
		JsonNode input = this.traced.arrived(Attachments.of(IMAGE).named("photo.png"));
		assertThat(input.get("type").asString()).isEqualTo("braintrust_attachment");
		assertThat(input.get("content_type").asString()).isEqualTo("image/png");
		assertThat(input.get("filename").asString()).isEqualTo("photo.png");
		assertThat(input.get("key").asString()).matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f-]{17}");
		assertThat(input.size()).isEqualTo(4);
		assertThat(this.traced.hasObject(input, IMAGE)).isTrue();
	}

	@Test
	void flowIsTheOneOfTheSpecification() {
		String key = this.traced.arrived(Attachments.of(IMAGE).named("photo.png")).get("key").asString();
		List<Request> requests = this.traced.uploads().requests();
		assertThat(requests).extracting(Request::step).containsExactly(Step.LOGIN, Step.URL, Step.STORAGE, Step.STATUS);
		assertThat(requests).extracting(Request::method).containsExactly("POST", "POST", "PUT", "POST");
		assertThat(requests).extracting(Request::authorization)
			.containsExactly("Bearer sk-test", "Bearer sk-test", null, "Bearer sk-test");
		assertThat(ReceivedSpan.parse(requests.get(1).body())).isEqualTo(ReceivedSpan.parse("""
				{"key": "%s", "filename": "photo.png", "content_type": "image/png", "org_id": "org-1"}"""
			.formatted(key)));
		assertThat(requests.get(2).contentType()).isEqualTo("image/png");
		assertThat(requests.get(2).signedHeader()).isEqualTo("yes");
		assertThat(ReceivedSpan.parse(requests.get(3).body())).isEqualTo(ReceivedSpan.parse("""
				{"key": "%s", "org_id": "org-1", "status": {"upload_status": "done"}}""".formatted(key)));
	}

	@Test
	void organizationIsTheOneOfTheName() {
		this.traced.uploads().ofTwoOrganizations();
		this.traced.with("braintrust.org-name", "Other").arrived(Attachments.of(IMAGE));
		assertThat(this.traced.uploads().signed().values())
			.allSatisfy((request) -> assertThat(request.get("org_id").asString()).isEqualTo("org-2"));
	}

	@Test
	void tenTurnsWithTheSameFiveImagesAreFiveUploads() {
		List<byte[]> images = Stream.of(1, 2, 3, 4, 5).map((seed) -> TracedAttachments.image(20_000, seed)).toList();
		for (int turn = 0; turn < 10; turn++) {
			boolean copied = turn % 2 == 1;
			this.traced.record(images.stream().map((image) -> Attachments.of(copied ? image.clone() : image)).toList());
		}
		assertThat(this.traced.flush()).isTrue();
		assertThat(this.traced.spans()).hasSize(10).allSatisfy((span) -> {
			for (int i = 0; i < 5; i++) {
				assertThat(this.traced.hasObject(span.input().get(i), images.get(i))).isTrue();
			}
		});
		assertThat(this.traced.uploads().requests(Step.STORAGE)).hasSize(5);
		assertThat(this.traced.uploads().requests(Step.LOGIN)).hasSize(1);
		assertThat(this.traced.status().uploaded()).isEqualTo(5);
		assertThat(this.traced.status().uploadedBytes()).isEqualTo(100_000);
	}

	@Test
	void projectsOfOneAccountLogInOnceAndUploadEachByItself() {
		this.traced.with("braintrust.projects.sales.name", "Sales");
		for (String key : List.of("support", "sales")) {
			this.traced.tracer(key).rootSpan(key).input(Attachments.of(IMAGE)).run((span) -> {
			});
		}
		assertThat(this.traced.flush()).isTrue();
		assertThat(this.traced.uploads().requests(Step.LOGIN)).hasSize(1);
		assertThat(this.traced.uploads().objects()).hasSize(2);
	}

	static Stream<Arguments> passingFaults() {
		return Stream.of(Step.values())
			.flatMap((step) -> Stream
				.of(Fault.status(500), Fault.status(503, "0"), Fault.status(429, "0"), Fault.cut(), Fault.hang())
				.map((fault) -> Arguments.of(step, fault)));
	}

	@ParameterizedTest
	@MethodSource("passingFaults")
	void stepThatFailsForAWhileIsRepeated(Step step, Fault fault) {
		this.traced.with("braintrust.export.timeout", "300ms").uploads().failing(step, fault, fault);
		JsonNode input = this.traced.arrived(Attachments.of(IMAGE));
		assertThat(this.traced.hasObject(input, IMAGE)).isTrue();
		assertThat(this.traced.uploads().requests(step)).hasSize(3);
		assertThat(uploadStatus(input)).isEqualTo("done");
		assertThat(this.traced.status().failed()).isEmpty();
	}

	static Stream<Arguments> refusals() {
		return Stream.of(Step.values())
			.flatMap(
					(step) -> Stream.of(302, 401, 403, 404, 408, 409, 429).map((status) -> Arguments.of(step, status)));
	}

	@ParameterizedTest
	@MethodSource("refusals")
	void stepThatIsRefusedIsNotRepeatedAndTheSpanArrives(Step step, int status) {
		this.traced.uploads().failing(step, Fault.status(status), Fault.status(status), Fault.status(status));
		this.traced.record(Attachments.of(IMAGE));
		assertThat(this.traced.flush()).isFalse();
		assertThat(this.traced.spans()).hasSize(1);
		// A URL that may have expired is requested once more.
		assertThat(this.traced.uploads().requests(step)).hasSize((step == Step.STORAGE && status == 403) ? 2 : 1);
		assertThat(this.traced.status().failed()).isEqualTo(Map.of(step.name().toLowerCase(Locale.ROOT), 1L));
		assertThat(this.traced.status().waitingBytes()).isZero();
		assertThatBytesAreInStorageOrInTheSpan(this.traced.lastInput(), step == Step.STATUS);
		if (step == Step.URL || step == Step.STORAGE) {
			assertThat(onlyStatus().at("/status/upload_status").asString()).isEqualTo("error");
			assertThat(onlyStatus().at("/status/error_message").asString())
				.isEqualTo(step.name().toLowerCase(Locale.ROOT) + ": status " + status);
		}
	}

	@Test
	void tooManyRequestsWithoutATimeIsFinal() {
		this.traced.uploads().failing(Step.URL, Fault.status(429));
		this.traced.arrived(Attachments.of(IMAGE));
		assertThat(this.traced.uploads().requests(Step.URL)).hasSize(1);
		assertThat(this.traced.status().failed()).isEqualTo(Map.of("url", 1L));
	}

	@ParameterizedTest
	@ValueSource(ints = { 400, 403, 410 })
	void urlThatHasExpiredIsAskedForAgain(int status) {
		this.traced.uploads().failing(Step.STORAGE, Fault.status(status));
		JsonNode input = this.traced.arrived(Attachments.of(IMAGE));
		assertThat(this.traced.hasObject(input, IMAGE)).isTrue();
		assertThat(this.traced.uploads().requests(Step.URL)).hasSize(2);
		assertThat(this.traced.uploads().requests(Step.STATUS)).hasSize(1);
		assertThat(uploadStatus(input)).isEqualTo("done");
	}

	static Stream<Arguments> lastingFaults() {
		return Stream.of(Step.values())
			.flatMap((step) -> Stream.of(Fault.status(500), Fault.status(429, "0"), Fault.cut(), Fault.hang())
				.map((fault) -> Arguments.of(step, fault)));
	}

	@ParameterizedTest
	@MethodSource("lastingFaults")
	void stepThatNeverSucceedsIsGivenUpAndReported(Step step, Fault fault) {
		this.traced.with("braintrust.export.timeout", fault.equals(Fault.hang()) ? "300ms" : "15s")
			.with("braintrust.attachments.max-wait", "1m")
			.uploads()
			.failing(step, Stream.generate(() -> fault).limit(9).toArray(Fault[]::new));
		JsonNode input = this.traced.arrived(Attachments.of(IMAGE));
		// A cancelled request may not have reached the server.
		assertThat(this.traced.uploads().requests(step)).hasSizeBetween(fault.equals(Fault.hang()) ? 4 : 9, 9);
		assertThat(this.traced.status().state()).isEqualTo(State.UNAVAILABLE);
		assertThat(this.traced.status().failed()).isEqualTo(Map.of(step.name().toLowerCase(Locale.ROOT), 1L));
		assertThatBytesAreInStorageOrInTheSpan(input, step == Step.STATUS);
		if (step == Step.URL || step == Step.STORAGE) {
			assertThat(onlyStatus().at("/status/upload_status").asString()).isEqualTo("error");
		}
	}

	@Test
	void storageThatRefusesEverythingIsAnOutage() {
		this.traced.uploads()
			.failing(Step.STORAGE, Stream.generate(() -> Fault.status(404)).limit(3).toArray(Fault[]::new));
		for (int i = 0; i < 3; i++) {
			assertThat(this.traced.arrived(Attachments.of(TracedAttachments.image(1000, i))).get("type").asString())
				.isEqualTo("base64_attachment");
		}
		assertThat(this.traced.status().state()).isEqualTo(State.UNAVAILABLE);
		assertThat(this.traced.status().failed()).isEqualTo(Map.of("storage", 3L));
		this.traced.arrived(Attachments.of(IMAGE));
		assertThat(this.traced.status().state()).isEqualTo(State.AVAILABLE);
	}

	@Test
	void whatIsStoredKeepsItsKeyThoughItIsNotReported() {
		this.traced.uploads()
			.failing(Step.STATUS, Stream.generate(() -> Fault.status(500)).limit(9).toArray(Fault[]::new));
		JsonNode first = this.traced.arrived(Attachments.of(IMAGE));
		assertThat(this.traced.status().state()).isEqualTo(State.UNAVAILABLE);
		assertThat(this.traced.arrived(Attachments.of(IMAGE)).get("key")).isEqualTo(first.get("key"));
		assertThat(this.traced.uploads().requests(Step.STORAGE)).hasSize(1);
	}

	@Test
	void fileThatFailsWhileItIsSentIsNoNetworkThatFails() {
		this.traced.arrived(Attachments.of(IMAGE));
		Attachment failing = Attachments.of(new FileSystemResource("pom.xml") {
			@Override
			public InputStream getInputStream() throws IOException {
				boolean sent = AttachmentUploadTests.this.traced.uploads().requests(Step.URL).size() > 1;
				return new ByteArrayInputStream(new byte[sent ? 10 : 100_000]);
			}
		});
		JsonNode input = this.traced.arrived(failing);
		assertThat(input.get("content").asString()).endsWith(";base64,AAAAAAAAAAAAAA==");
		assertThat(this.traced.uploads().statuses().values())
			.extracting((status) -> status.at("/status/error_message").asString())
			.contains("storage: not readable");
		assertThat(this.traced.status().failed()).isEqualTo(Map.of("storage", 1L));
		assertThat(this.traced.status().state()).isEqualTo(State.AVAILABLE);
		assertThat(this.traced.uploads().requests(Step.STORAGE)).hasSizeLessThan(3);
	}

	@Test
	void threadThatIsInterruptedWhileItClosesLosesNoAttachment() {
		this.traced.record(Attachments.of(IMAGE));
		Thread.currentThread().interrupt();
		this.traced.projects().destroy();
		assertThat(Thread.interrupted()).isTrue();
		assertThat(this.traced.hasObject(this.traced.lastInput(), IMAGE)).isTrue();
	}

	@Test
	void uploadsThatHangLeaveTimeForTheSpansOfTheEnd() {
		this.traced.with("braintrust.export.shutdown-timeout", "5s").with("braintrust.export.timeout", "10m");
		this.traced.uploads().failing(Step.STORAGE, Stream.generate(Fault::hang).limit(30).toArray(Fault[]::new));
		this.traced.record(Attachments.of(IMAGE));
		this.traced.projects().stop();
		this.traced.record("late");
		this.traced.projects().destroy();
		assertThat(this.traced.spans())
			.extracting((span) -> span.input().isObject() ? "image" : span.input().asString())
			.containsExactlyInAnyOrder("image", "late");
	}

	@ParameterizedTest
	@EnumSource(value = Step.class, names = { "LOGIN", "URL" })
	void answerThatIsNoJsonFailsTheUploadAlone(Step step) {
		this.traced.uploads().failing(step, Fault.status(200));
		JsonNode input = this.traced.arrived(Attachments.of(IMAGE));
		assertThat(this.traced.status().failed()).isEqualTo(Map.of(step.name().toLowerCase(Locale.ROOT), 1L));
		assertThatBytesAreInStorageOrInTheSpan(input, false);
		if (step == Step.URL) {
			assertThat(onlyStatus().at("/status/upload_status").asString()).isEqualTo("error");
		}
	}

	@Test
	void redirectIsNotFollowed() {
		try (OtlpReceiver other = new OtlpReceiver()) {
			this.traced.uploads()
				.failing(Step.STORAGE, Fault.redirect(other.url() + "/storage/x"))
				.failing(Step.STATUS, Fault.redirect(other.url() + "/attachment/status"));
			this.traced.arrived(Attachments.of(IMAGE));
			assertThat(other.uploads().requests()).isEmpty();
			assertThat(this.traced.status().failed()).isEqualTo(Map.of("storage", 1L));
		}
	}

	@Test
	void oneAttachmentThatFailsDoesNotStopTheOthers() {
		byte[] other = TracedAttachments.image(10_000, 2);
		this.traced.uploads().failing(Step.STORAGE, Fault.status(413));
		JsonNode input = this.traced.arrived(List.of(Attachments.of(IMAGE), Attachments.of(other)));
		assertThatBytesAreInStorageOrInTheSpan(input.get(0), false);
		assertThat(this.traced.hasObject(input.get(1), other)).isTrue();
	}

	@Test
	void whatHasFailedIsTriedAnewInALaterSpan() {
		this.traced.uploads().failing(Step.STORAGE, Fault.status(413));
		JsonNode first = this.traced.arrived(Attachments.of(IMAGE));
		JsonNode second = this.traced.arrived(Attachments.of(IMAGE));
		assertThatBytesAreInStorageOrInTheSpan(first, false);
		assertThat(this.traced.hasObject(second, IMAGE)).isTrue();
		assertThat(this.traced.uploads().requests(Step.URL)).hasSize(2);
	}

	@Test
	void whileNothingCanBeUploadedSpansCarryBase64AndThenRecover() {
		this.traced.uploads().failing(Step.LOGIN, Fault.status(401), Fault.status(401), Fault.status(401));
		this.traced.arrived(Attachments.of(IMAGE));
		assertThat(this.traced.status().state()).isEqualTo(State.UNAVAILABLE);
		JsonNode meanwhile = this.traced.arrived(Attachments.of(IMAGE));
		assertThat(meanwhile.get("type").asString()).isEqualTo("base64_attachment");
		assertThat(Attachments.isDataUrl(meanwhile.get("content").asString())).isTrue();
		JsonNode tooLarge = this.traced.arrived(Attachments.of(TracedAttachments.image(9_000_000, 7)));
		assertThat(tooLarge.asString()).contains("not recorded: uploads are not possible at the moment");
		JsonNode later = this.traced.arrived(Attachments.of(IMAGE));
		assertThat(this.traced.hasObject(later, IMAGE)).isTrue();
		assertThat(this.traced.status().state()).isEqualTo(State.AVAILABLE);
	}

	@Test
	void fileThatDoesNotTellItsSizeHasTheSameLimitWhileNothingCanBeUploaded() {
		this.traced.uploads().failing(Step.LOGIN, Fault.status(401));
		JsonNode tooLarge = this.traced
			.arrived(Attachments.of(new ByteArrayResource(TracedAttachments.image(9_000_000, 7)) {
				@Override
				public long contentLength() {
					return -1;
				}
			}));
		assertThat(tooLarge.asString()).contains("not recorded: uploads are not possible at the moment");
	}

	@Test
	void projectsThatWaitForOneLoginAreUnavailableTogether() {
		this.traced.with("braintrust.projects.sales.name", "Sales");
		Duration pause = Duration.ofMillis(500);
		this.traced.backoff(new Backoff(8, pause, pause)).with("braintrust.attachments.max-wait", "1s");
		this.traced.uploads()
			.failing(Step.LOGIN, Stream.generate(() -> Fault.status(500)).limit(20).toArray(Fault[]::new));
		this.traced.tracer("sales").rootSpan("sales").input(Attachments.of(IMAGE)).run((span) -> {
		});
		this.traced.projects().flush(Duration.ofMillis(100));
		this.traced.record(Attachments.of(IMAGE));
		await().until(() -> this.traced.status().state() == State.UNAVAILABLE);
		assertThat(this.traced.uploads().requests(Step.LOGIN)).hasSizeLessThan(9);
	}

	@Test
	void projectThatCannotUploadDelaysNoOther() {
		try (OtlpReceiver hanging = new OtlpReceiver()) {
			hanging.uploads().failing(Step.LOGIN, Stream.generate(Fault::hang).limit(30).toArray(Fault[]::new));
			this.traced.with("braintrust.projects.sales.api-url", hanging.url())
				.with("braintrust.projects.sales.attachments.max-wait", "1s");
			this.traced.tracer("sales").rootSpan("sales").input(Attachments.of(IMAGE)).run((span) -> {
			});
			this.traced.record(Attachments.of(IMAGE));
			assertThat(this.traced.projects().flush("support", TracedAttachments.LONG)).isTrue();
			assertThat(this.traced.hasObject(this.traced.lastInput(), IMAGE)).isTrue();
			assertThat(hanging.spans()).isEmpty();
			assertThat(this.traced.flush()).isFalse();
			assertThat(hanging.spans()).hasSize(1);
			hanging.uploads().release();
		}
	}

	@Test
	void whatDoesNotFitTheBudgetIsANoteAndNothingWaitsForIt() {
		this.traced.with("braintrust.attachments.max-waiting-size", "1MB");
		byte[] large = TracedAttachments.image(2_000_000, 3);
		JsonNode input = this.traced.arrived(Map.of("files", List.of(Attachments.of(large), Attachments.of(IMAGE))));
		assertThat(input.at("/files/0").asString())
			.isEqualTo("[2000000 bytes, not recorded: too much is waiting to be sent]");
		assertThat(this.traced.hasObject(input.at("/files/1"), IMAGE)).isTrue();
		assertThat(this.traced.status().refused()).isEqualTo(Map.of("too_much_waiting", 1L));
		assertThat(this.traced.status().waitingBytes()).isZero();
	}

	@Test
	void whatIsLargerThanOneMayBeIsANoteThatSaysSo() {
		this.traced.with("braintrust.attachments.max-size", "1KB");
		JsonNode input = this.traced.arrived(Attachments.of(IMAGE).named("photo.png"));
		assertThat(input.asString()).isEqualTo("[image/png, photo.png, 200000 bytes, not recorded: too large]");
		assertThat(this.traced.uploads().requests()).isEmpty();
		assertThat(this.traced.status().refused()).isEqualTo(Map.of("too_large", 1L));
	}

	@Test
	void filterSeesAttachmentsBeforeAnythingIsSentAndDropsAndReplacesThem() {
		byte[] blurred = TracedAttachments.image(100, 9);
		List<String> seen = new ArrayList<>();
		this.traced.filter(new AttachmentFilter((attachment) -> {
			seen.add(attachment.contentType() + " " + attachment.name() + " " + attachment.size());
			return switch (attachment.name()) {
				case "secret.png" -> null;
				case "face.png" -> Attachments.of(blurred, "image/png").named("blurred.png");
				default -> attachment;
			};
		}));
		JsonNode input = this.traced.arrived(List.of(Attachments.of(IMAGE).named("secret.png"),
				Attachments.of(IMAGE.clone()).named("face.png"), "text"));
		assertThat(input.get(0).asString()).isEqualTo("[dropped by a content filter]");
		assertThat(this.traced.hasObject(input.get(1), blurred)).isTrue();
		assertThat(input.get(1).get("filename").asString()).isEqualTo("blurred.png");
		assertThat(this.traced.uploads().objects()).hasSize(1);
		assertThat(seen).containsExactly("image/png secret.png 200000", "image/png face.png 200000");
	}

	@Test
	void filterThatFailsOnAnAttachmentDropsTheField() {
		this.traced.filter(new AttachmentFilter((attachment) -> {
			throw new IllegalStateException("boom");
		}));
		assertThat(this.traced.arrived(List.of(Attachments.of(IMAGE))).asString())
			.isEqualTo("[dropped by a content filter]");
		assertThat(this.traced.uploads().requests()).isEmpty();
	}

	@Test
	void nothingIsUploadedForAFieldThatIsDroppedInTheEnd() {
		this.traced.filter((text, field) -> text.equals("secret") ? null : text);
		assertThat(this.traced.arrived(List.of(Attachments.of(IMAGE), "secret")).asString())
			.isEqualTo("[dropped by a content filter]");
		assertThat(this.traced.uploads().requests()).isEmpty();
		assertThat(this.traced.status().waitingBytes()).isZero();
	}

	@Test
	void closeEndsInTimeThoughTheServerHangs(CapturedOutput output) {
		this.traced.with("braintrust.export.shutdown-timeout", "5s").with("braintrust.export.timeout", "10m");
		this.traced.uploads().failing(Step.STORAGE, Stream.generate(Fault::hang).limit(30).toArray(Fault[]::new));
		this.traced.record(Attachments.of(IMAGE));
		this.traced.projects().flush(Duration.ofMillis(300));
		long start = System.nanoTime();
		this.traced.projects().destroy();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(TracedAttachments.LONG);
		assertThat(this.traced.spans()).hasSize(1);
		assertThat(this.traced.status().failed()).isEqualTo(Map.of("closed", 1L));
		await().untilAsserted(() -> assertThat(output)
			.contains("1 attachment of the Braintrust project 'support' could not be uploaded"));
	}

	@ParameterizedTest
	@EnumSource(Step.class)
	void whatIsLeftAtTheCloseIsBase64(Step step) {
		// Steps that do not hang must complete even on a slow machine.
		this.traced.with("braintrust.export.shutdown-timeout", (step != Step.LOGIN) ? "4s" : "1m")
			.with("braintrust.export.timeout", "10m")
			.with("braintrust.attachments.max-wait", "1m")
			.arrived(Attachments.of(IMAGE));
		int before = this.traced.uploads().requests(step).size();
		this.traced.uploads().failing(step, Stream.generate(Fault::hang).limit(5).toArray(Fault[]::new));
		List<byte[]> images = Stream.of(1, 2, 3, 4, 5, 6, 7, 8)
			.map((seed) -> TracedAttachments.image(100, seed))
			.toList();
		this.traced.record(images.stream().map(Attachments::of).toList());
		this.traced.projects().flush(Duration.ofMillis(100));
		await().until(() -> step == Step.LOGIN || this.traced.uploads().requests(step).size() > before);
		long start = System.nanoTime();
		this.traced.projects().destroy();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(TracedAttachments.LONG);
		JsonNode input = this.traced.lastInput();
		assertThat(input.size()).isEqualTo(8);
		for (int i = 0; i < 8; i++) {
			boolean stored = step == Step.LOGIN || (step == Step.STATUS && i == 0);
			assertThat(this.traced.hasObject(input.get(i), images.get(i))).isEqualTo(stored);
			assertThat(input.get(i).has("content")).isEqualTo(!stored);
		}
		int failed = (step == Step.LOGIN) ? 0 : ((step == Step.STATUS) ? 7 : 8);
		assertThat(this.traced.status().failed().getOrDefault("closed", 0L)).isEqualTo(failed);
	}

	@Test
	void whatPausesAtTheCloseIsBase64() {
		this.traced.with("braintrust.export.shutdown-timeout", "4s")
			.backoff(new Backoff(8, Duration.ofMinutes(1), Duration.ofMinutes(1)));
		this.traced.uploads().failing(Step.STORAGE, Fault.status(500));
		this.traced.record(Attachments.of(IMAGE));
		this.traced.projects().flush(Duration.ofMillis(300));
		this.traced.projects().destroy();
		assertThatBytesAreInStorageOrInTheSpan(this.traced.lastInput(), false);
		assertThat(this.traced.uploads().requests(Step.STORAGE)).hasSize(1);
	}

	@Test
	void closeWaitsForAttachments() {
		this.traced.record(Attachments.of(IMAGE));
		this.traced.projects().destroy();
		assertThat(this.traced.hasObject(this.traced.lastInput(), IMAGE)).isTrue();
	}

	@Test
	void logHasNeitherKeyNorUrlNorBytesAndSaysEachFailureOnce(CapturedOutput output) {
		this.traced.uploads().failing(Step.STORAGE, Fault.status(404), Fault.status(404), Fault.status(404));
		for (int i = 0; i < 3; i++) {
			this.traced.arrived(Attachments.of(TracedAttachments.image(1000, i)).named("secret-name.png"));
		}
		await().untilAsserted(() -> assertThat(output.toString())
			.containsOnlyOnce(
					"An attachment of the Braintrust project 'support' was not " + "uploaded (STORAGE: status 404)")
			.doesNotContain("sk-test", "s3cret", "/storage/", "secret-name"));
	}

	@Test
	void noThreadIsThereBeforeTheFirstAttachment() {
		// Threads of earlier tests may still be ending.
		Set<Thread> before = Thread.getAllStackTraces().keySet();
		this.traced.arrived("text");
		assertThat(this.traced.uploads().requests()).isEmpty();
		assertThat(Thread.getAllStackTraces().keySet()).filteredOn((thread) -> !before.contains(thread))
			.noneMatch((thread) -> thread.getName().startsWith("braintrust-upload"));
	}

	private void assertThatBytesAreInStorageOrInTheSpan(JsonNode input, boolean stored) {
		assertThat(this.traced.hasObject(input, IMAGE)).isEqualTo(stored);
		if (!stored) {
			assertThat(input.get("content").asString())
				.isEqualTo("data:image/png;base64," + Base64.getEncoder().encodeToString(IMAGE));
		}
	}

	private JsonNode onlyStatus() {
		assertThat(this.traced.uploads().statuses()).hasSize(1);
		return this.traced.uploads().statuses().values().iterator().next();
	}

	private String uploadStatus(JsonNode reference) {
		return this.traced.uploads()
			.statuses()
			.get(reference.get("key").asString())
			.at("/status/upload_status")
			.asString();
	}

	/**
	 * A filter that only handles attachments.
	 */
	private record AttachmentFilter(UnaryOperator<Attachment> filter) implements ContentFilter {

		@Override
		public String filter(String text, Field field) {
			return text;
		}

		@Override
		public Attachment filterAttachment(Attachment attachment, Field field) {
			return this.filter.apply(attachment);
		}

	}

}
