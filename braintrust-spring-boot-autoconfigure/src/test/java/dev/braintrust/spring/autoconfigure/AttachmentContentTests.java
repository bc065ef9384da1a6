package dev.braintrust.spring.autoconfigure;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.Attachments;
import dev.braintrust.spring.ai.message.ChatMessages;
import dev.braintrust.spring.ai.message.GeneratedImages;
import dev.braintrust.spring.ai.message.GeneratedImages.GeneratedImage;
import dev.braintrust.spring.ai.message.JsonText;
import dev.braintrust.spring.api.HttpClients;
import dev.braintrust.spring.api.MemoryBudget;
import dev.braintrust.spring.content.JsonBuffers;
import dev.braintrust.spring.content.SpanContent;
import dev.braintrust.spring.content.SpanFields;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.support.ReceivedSpan;
import dev.braintrust.spring.upload.AttachmentStatus.State;
import dev.braintrust.spring.upload.AttachmentUploads;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.content.Media;
import org.springframework.core.io.AbstractResource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.InputStreamResource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.UrlResource;
import org.springframework.util.MimeTypeUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of the position and form of attachments in the JSON of a span.
 */
class AttachmentContentTests {

	private static final byte[] IMAGE = TracedAttachments.image(5000, 1);

	private static final String DATA_URL = "data:image/png;base64," + Base64.getEncoder().encodeToString(IMAGE);

	private final TracedAttachments traced = new TracedAttachments();

	@TempDir
	Path folder;

	@AfterEach
	void close() {
		this.traced.close();
	}

	@Test
	void attachmentsMayStandAnywhereInAnObject() {
		JsonNode input = this.traced.arrived(new Claim("c-1", List.of(new Photo("front", Attachments.of(IMAGE))),
				Map.of("scan", new Attachment[] { Attachments.of(IMAGE.clone()).named("scan.png") })));
		assertThat(input.at("/id").asString()).isEqualTo("c-1");
		assertThat(input.at("/photos/0/side").asString()).isEqualTo("front");
		assertThat(this.traced.hasObject(input.at("/photos/0/image"), IMAGE)).isTrue();
		assertThat(input.at("/photos/0/image/filename").asString()).isEqualTo("attachment.png");
		assertThat(input.at("/files/scan/0/filename").asString()).isEqualTo("scan.png");
		assertThat(input.at("/files/scan/0/key")).isEqualTo(input.at("/photos/0/image/key"));
	}

	@Test
	void outputAndMetadataTakeThemToo() {
		this.traced.tracer()
			.rootSpan("turn")
			.metadata("logo", Attachments.of(IMAGE))
			.run((span) -> span.output(Map.of("image", Attachments.of(IMAGE))));
		this.traced.flush();
		ReceivedSpan span = this.traced.spans().get(0);
		assertThat(this.traced.hasObject(span.metadata().get("logo"), IMAGE)).isTrue();
		assertThat(this.traced.hasObject(span.output().get("image"), IMAGE)).isTrue();
	}

	@Test
	void everySourceArrivesByteForByte() throws IOException {
		Path file = Files.write(this.folder.resolve("note.txt"), "a note".getBytes(StandardCharsets.UTF_8));
		JsonNode input = this.traced.arrived(List.of(Attachments.of(file), Attachments.of(new ByteArrayResource(IMAGE)),
				Attachments.of(new ClassPathResource("specification/README.md")), Attachments.ofDataUrl(DATA_URL),
				Attachments.ofBase64(DATA_URL.substring(DATA_URL.indexOf(',') + 1), null)));
		assertThat(this.traced.hasObject(input.get(0), Files.readAllBytes(file))).isTrue();
		assertThat(input.get(0).get("filename").asString()).isEqualTo("note.txt");
		assertThat(input.get(0).get("content_type").asString()).isEqualTo("text/plain");
		assertThat(this.traced.hasObject(input.get(1), IMAGE)).isTrue();
		assertThat(this.traced.hasObject(input.get(2),
				new ClassPathResource("specification/README.md").getContentAsByteArray()))
			.isTrue();
		assertThat(this.traced.hasObject(input.get(3), IMAGE)).isTrue();
		assertThat(input.get(4).get("content_type").asString()).isEqualTo("image/png");
		assertThat(this.traced.uploads().objects()).hasSize(3);
	}

	@Test
	void fileThatIsGoneIsANoteAndTheRestStays() throws IOException {
		Path file = Files.write(this.folder.resolve("gone.txt"), new byte[3]);
		Attachment attachment = Attachments.of(file);
		Files.delete(file);
		JsonNode input = this.traced.arrived(List.of(attachment, "rest"));
		assertThat(input.get(0).asString()).isEqualTo("[text/plain, gone.txt, not recorded: not readable]");
		assertThat(input.get(1).asString()).isEqualTo("rest");
	}

	@Test
	void urlStaysAUrlAndIsNotFetched() throws IOException {
		String url = this.traced.receiver().url() + "/attachment";
		JsonNode input = this.traced.arrived(List.of(Attachments.ofUrl("https://example.com/a/cat.jpg?size=1#top"),
				Attachments.of(new UrlResource(url)), Attachments.ofUrl("s3://bucket/x")));
		assertThat(input).isEqualTo(ReceivedSpan.parse("""
				[{"type": "inline_attachment", "src": "https://example.com/a/cat.jpg?size=1#top",
				"filename": "cat.jpg", "content_type": "image/jpeg"},
				{"type": "inline_attachment", "src": "%s"}, {"type": "inline_attachment", "src": "s3://bucket/x"}]"""
			.formatted(url)));
		assertThat(this.traced.uploads().requests()).isEmpty();
	}

	@Test
	void resourceThatCanBeReadOnceIsRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> Attachments.of(new InputStreamResource(new ByteArrayResource(IMAGE))))
			.withMessageContaining("read only once");
	}

	@Test
	void textsThatAreDataUrlsAreAttachmentsAndOthersAreNot() {
		String within = "Look: " + DATA_URL;
		JsonNode input = this.traced.arrived(Map.of("whole", DATA_URL, "within", within, "broken", DATA_URL + "!"));
		assertThat(this.traced.hasObject(input.get("whole"), IMAGE)).isTrue();
		assertThat(input.get("within").asString()).isEqualTo(within);
		assertThat(input.get("broken").asString()).isEqualTo(DATA_URL + "!");
		assertThat(this.traced.hasObject(this.traced.arrived(DATA_URL), IMAGE)).isTrue();
		assertThat(this.traced
			.hasObject(this.traced.arrived(new JsonText("{\"image\":\"" + DATA_URL + "\"}")).get("image"), IMAGE))
			.isTrue();
	}

	@Test
	void dataUrlsAreRecognisedInAnyCase() {
		String url = "DATA:image/png;Base64," + DATA_URL.substring(DATA_URL.indexOf(',') + 1);
		assertThat(this.traced.hasObject(this.traced.arrived(url), IMAGE)).isTrue();
		assertThat(this.traced.hasObject(this.traced.arrived(Map.of("image", url, "a", ";;b;")).get("image"), IMAGE))
			.isTrue();
		JsonNode input = this.traced.arrived(new ChatMessages(List.of(ToolResponseMessage.builder()
			.responses(List.of(new ToolResponseMessage.ToolResponse("call_1", "draw", "\"" + url + "\"")))
			.build())));
		assertThat(this.traced.hasObject(input.at("/0/content/0/image_url/url"), IMAGE)).isTrue();
	}

	@Test
	void resultOfAToolThatHoldsAnImageIsTextAndImage() {
		JsonNode input = this.traced.arrived(new ChatMessages(List.of(ToolResponseMessage.builder()
			.responses(List.of(new ToolResponseMessage.ToolResponse("call_1", "draw", "\"" + DATA_URL + "\""),
					new ToolResponseMessage.ToolResponse("call_2", "find",
							"{\"title\":\"A\",\"image\":\"" + DATA_URL + "\"}"),
					new ToolResponseMessage.ToolResponse("call_3", "say", "base64 is like ;base64, this")))
			.build())));
		assertThat(this.traced.hasObject(input.at("/0/content/0/image_url/url"), IMAGE)).isTrue();
		assertThat(input.at("/0/content").size()).isEqualTo(1);
		assertThat(input.at("/1/content/0/text").asString())
			.isEqualTo("{\"title\":\"A\",\"image\":\"[image/png, attachment.png, 5000 bytes]\"}");
		assertThat(this.traced.hasObject(input.at("/1/content/1/image_url/url"), IMAGE)).isTrue();
		assertThat(input.at("/2/content").asString()).isEqualTo("base64 is like ;base64, this");
		assertThat(this.traced.uploads().objects()).hasSize(1);
	}

	@Test
	void mediaOfAnAnswerAndRawBase64OfMessagesAreUploaded() {
		Media raw = Media.builder()
			.mimeType(MimeTypeUtils.IMAGE_PNG)
			.data(DATA_URL.substring(DATA_URL.indexOf(',') + 1))
			.build();
		JsonNode input = this.traced
			.arrived(new ChatMessages(List.of(UserMessage.builder().text("What?").media(raw).build(),
					AssistantMessage.builder()
						.content("This:")
						.media(List.of(Media.builder().mimeType(MimeTypeUtils.IMAGE_PNG).data(IMAGE).build()))
						.build())));
		assertThat(this.traced.hasObject(input.at("/0/content/1/image_url/url"), IMAGE)).isTrue();
		assertThat(this.traced.hasObject(input.at("/1/content/1/image_url/url"), IMAGE)).isTrue();
	}

	@Test
	void messageLosesWhatDoesNotFitTheBudgetAndKeepsTheRest() {
		this.traced.with("braintrust.attachments.max-waiting-size", "10KB");
		Media small = Media.builder().mimeType(MimeTypeUtils.IMAGE_PNG).data(IMAGE).build();
		Media large = Media.builder().mimeType(MimeTypeUtils.IMAGE_PNG).data(new byte[20_000]).name("l.png").build();
		JsonNode input = this.traced
			.arrived(new ChatMessages(List.of(UserMessage.builder().text("What?").media(small, large).build())));
		assertThat(input.at("/0/content/0/text").asString()).isEqualTo("What?");
		assertThat(this.traced.hasObject(input.at("/0/content/1/image_url/url"), IMAGE)).isTrue();
		assertThat(input.at("/0/content/2/text").asString())
			.isEqualTo("[image/png, 20000 bytes, not recorded: too much is waiting to be sent]");
	}

	@Test
	void nothingOfTheBytesIsRecordedWhereTheyAreNotWanted() {
		this.traced.with("braintrust.attachments.mode", "none");
		JsonNode input = this.traced.arrived(List.of(Attachments.of(IMAGE).named("a.png"), DATA_URL));
		assertThat(input).isEqualTo(ReceivedSpan.parse("""
				["[image/png, a.png, 5000 bytes]", "[image/png, attachment.png, 5000 bytes]"]"""));
		assertThat(this.traced.uploads().requests()).isEmpty();
	}

	@Test
	void base64IsWrittenWholeAndMadeInTheBackground() {
		this.traced.with("braintrust.attachments.mode", "base64");
		for (int size : new int[] { 0, 1, 2, 3, 12_287, 12_288, 12_289, 100_000 }) {
			byte[] bytes = TracedAttachments.image(size, size);
			JsonNode input = this.traced.arrived(List.of(Attachments.of(bytes, "image/png"), DATA_URL, "end"));
			assertThat(input.at("/0/content").asString())
				.isEqualTo("data:image/png;base64," + Base64.getEncoder().encodeToString(bytes));
			assertThat(input.get(1).asString()).isEqualTo(DATA_URL);
			assertThat(input.get(2).asString()).isEqualTo("end");
		}
	}

	@Test
	void spanHasAsMuchBase64AsARequestTakes() {
		this.traced.with("braintrust.attachments.mode", "base64");
		byte[] large = TracedAttachments.image(8_000_000, 1);
		byte[] larger = TracedAttachments.image(7_000_000, 2);
		JsonNode input = this.traced
			.arrived(List.of("text", Attachments.of(large), Attachments.of(larger), Attachments.of(IMAGE)));
		assertThat(input.get(0).asString()).isEqualTo("text");
		assertThat(input.at("/1/content").asString()).hasSize(22 + (8_000_000 + 2) / 3 * 4);
		assertThat(input.get(2).asString())
			.isEqualTo("[image/png, attachment.png, 7000000 bytes, not recorded: too much for one span]");
		assertThat(input.at("/3/content").asString()).isEqualTo(DATA_URL);
	}

	@Test
	void spanHasNoMoreBase64ThanItsLimitLetsItKeep() {
		this.traced.with("braintrust.attachments.mode", "base64").with("braintrust.export.max-span-size", "1MB");
		JsonNode input = this.traced.arrived(List.of("text", Attachments.of(TracedAttachments.image(700_000, 1)),
				Attachments.of(TracedAttachments.image(400_000, 2)), Attachments.of(IMAGE)));
		assertThat(input.get(0).asString()).isEqualTo("text");
		assertThat(input.at("/1/content").asString()).hasSize(22 + (700_000 + 2) / 3 * 4);
		assertThat(input.get(2).asString())
			.isEqualTo("[image/png, attachment.png, 400000 bytes, not recorded: too much for one span]");
		assertThat(input.at("/3/content").asString()).isEqualTo(DATA_URL);
	}

	@Test
	void fileThatIsLargerThanItSaysIsReadNoFurtherThanItMayBe() {
		this.traced.with("braintrust.attachments.mode", "base64").with("braintrust.attachments.max-size", "4KB");
		JsonNode input = this.traced.arrived(List.of(Attachments.of(new UnsizedResource(IMAGE)), "rest"));
		assertThat(input.get(0).asString()).isEqualTo("[image/png, attachment.png, not recorded: too large]");
		assertThat(input.get(1).asString()).isEqualTo("rest");
		assertThat(this.traced.status().refused()).isEqualTo(Map.of("too_large", 1L));
	}

	@Test
	void spansCountWhatBecomesBase64AndNotWhatIsUploaded() {
		assertThat(sizeOfASpan("upload")).isLessThan(IMAGE.length);
		assertThat(sizeOfASpan("none")).isLessThan(IMAGE.length);
		assertThat(sizeOfASpan("base64")).isBetween((long) IMAGE.length, IMAGE.length + 1000L);
	}

	// The bytes belong to the application and are in memory once.
	@Test
	void bytesOfSpansAreCountedOnceUntilTheirRequestIsMade() {
		MemoryBudget memory = new MemoryBudget(64 << 20);
		SpanFields one = new SpanFields();
		SpanFields other = new SpanFields();
		SpanContent content = content("base64", memory);
		one.input(content.capture(List.of(Attachments.of(IMAGE)), one));
		other.input(content.capture(List.of(Attachments.of(IMAGE)), other));
		assertThat(one.size() + other.size() + memory.held()).isBetween((long) IMAGE.length, IMAGE.length + 2000L);
		one.release();
		other.release();
		assertThat(memory.held()).isZero();
	}

	private long sizeOfASpan(String mode) {
		return sizeOfASpan(mode, Attachments.of(IMAGE));
	}

	private long sizeOfASpan(String mode, Attachment attachment) {
		SpanFields fields = new SpanFields();
		SpanContent content = content(mode, new MemoryBudget(64 << 20));
		fields.input(content.capture(List.of(attachment), fields));
		return fields.size() + fields.inlineSize();
	}

	private static SpanContent content(String mode, MemoryBudget memory) {
		ProjectSettings settings = TracedAttachments.settings(Map.of("braintrust.attachments.mode", mode,
				"braintrust.api-key", "sk-test", "braintrust.projects.support.name", "Support"));
		return new SpanContent(settings, List::of, new JsonBuffers(),
				new AttachmentUploads(new HttpClients(null), memory).open(settings));
	}

	@Test
	void resourceThatDoesNotTellItsSizeArrivesByteForByte() {
		JsonNode input = this.traced.arrived(Attachments.of(new UnsizedResource(IMAGE)));
		assertThat(this.traced.hasObject(input, IMAGE)).isTrue();
	}

	@Test
	void resourceThatHangsHoldsUpItsOwnProjectAlone() {
		this.traced.with("braintrust.projects.sales.name", "Sales");
		CountDownLatch released = new CountDownLatch(1);
		Resource hanging = new UnsizedResource(IMAGE) {
			@Override
			public InputStream getInputStream() throws IOException {
				try {
					released.await();
				}
				catch (InterruptedException ex) {
					throw new InterruptedIOException();
				}
				return super.getInputStream();
			}
		};
		this.traced.record(Attachments.of(hanging));
		this.traced.tracer("sales").rootSpan("sales").input("text").run((span) -> {
		});
		assertThat(this.traced.projects().flush("sales", TracedAttachments.LONG)).isTrue();
		assertThat(this.traced.spans()).extracting(ReceivedSpan::name).containsExactly("sales");
		released.countDown();
		assertThat(this.traced.flush()).isTrue();
		assertThat(this.traced.hasObject(this.traced.lastInput(), IMAGE)).isTrue();
	}

	@Test
	void attachmentsAreGenericPartsOfTheConventionsForGenerativeAi() {
		this.traced.with("braintrust.capture.format", "gen-ai");
		this.traced.tracer().llmSpan("call").input(Map.of("image", Attachments.of(IMAGE), "text", "x")).run((span) -> {
		});
		this.traced.flush();
		JsonNode parts = this.traced.spans().get(0).json("gen_ai.input.messages").at("/0/parts");
		assertThat(parts.at("/0/type").asString()).isEqualTo("text");
		assertThat(parts.at("/0/content").asString()).contains("[image/png, attachment.png, 5000 bytes]");
		assertThat(parts.at("/1/type").asString()).isEqualTo("braintrust_attachment");
		assertThat(this.traced.hasObject(parts.get(1), IMAGE)).isTrue();
	}

	@Test
	void instrumentationsThatMakeJsonThemselvesGetTheGenericPart() throws IOException {
		assertThat(Attachments.base64Part(Attachments.of(IMAGE)))
			.isEqualTo(Map.of("type", "base64_attachment", "content", DATA_URL));
		assertThat(Attachments.inlineReference(Attachments.ofUrl("https://example.com/a.pdf")))
			.isEqualTo(Map.of("type", "inline_attachment", "src", "https://example.com/a.pdf", "filename", "a.pdf",
					"content_type", "application/pdf"));
	}

	@Test
	void projectWithAnEndpointOfItsOwnUploadsNothing() {
		this.traced.with("braintrust.projects.support.export.endpoint",
				this.traced.receiver().url() + "/otel/v1/traces");
		JsonNode input = this.traced.arrived(Attachments.of(IMAGE));
		assertThat(input.at("/content").asString()).isEqualTo(DATA_URL);
		assertThat(this.traced.uploads().requests()).isEmpty();
		assertThat(this.traced.status().state()).isEqualTo(State.OFF);
	}

	@ParameterizedTest
	@ValueSource(strings = { "data:image/svg+xml;utf8,<svg href='data:image/png;base64,AAAA'/>",
			"data:text/plain,secret", "data:", "data:text/plain/secret" })
	void dataUrlThatIsNotBase64IsANoteWhereBytesAreNotWanted(String url) {
		this.traced.with("braintrust.attachments.mode", "none");
		assertThat(user(url).asString()).startsWith("[image/png, attachment.png").doesNotContain("secret", "svg");
	}

	@Test
	void longDataUrlCountsAsTheContentThatItIs() {
		this.traced.with("braintrust.attachments.max-waiting-size", "10KB");
		assertThat(user("data:text/plain," + "x".repeat(20_000)).asString())
			.isEqualTo("[image/png, not recorded: too much is waiting to be sent]");
	}

	@ParameterizedTest
	@ValueSource(strings = { "upload", "base64", "none" })
	void base64OfAnyKindIsTakenForBase64(String mode) {
		this.traced.with("braintrust.attachments.mode", mode);
		for (String text : List.of(Base64.getMimeEncoder().encodeToString(IMAGE),
				Base64.getUrlEncoder().encodeToString(IMAGE), "DATA:image/png;BASE64," + DATA_URL.substring(22))) {
			JsonNode part = user(text);
			switch (mode) {
				case "upload" -> assertThat(this.traced.hasObject(part, IMAGE)).isTrue();
				case "base64" -> assertThat(part.asString()).isEqualToIgnoringCase(DATA_URL);
				default -> assertThat(part.asString()).startsWith("[image/png, attachment.png");
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "upload", "base64" })
	void textThatIsNeitherUrlNorBase64IsNotRecorded(String mode) {
		this.traced.with("braintrust.attachments.mode", mode);
		assertThat(user("the secret, of course").asString()).contains("not recorded: not readable")
			.doesNotContain("secret");
		assertThat(user("https://example.com/a.png").asString()).isEqualTo("https://example.com/a.png");
	}

	private JsonNode user(String data) {
		Media media = Media.builder().mimeType(MimeTypeUtils.IMAGE_PNG).data(data).build();
		JsonNode input = this.traced
			.arrived(new ChatMessages(List.of(UserMessage.builder().text("What?").media(media).build())));
		JsonNode part = input.at("/0/content/1");
		return part.has("text") ? part.get("text") : part.at("/image_url/url");
	}

	@Test
	void nameThatAFilterEmptiesIsNotThatOfTheFile() throws IOException {
		Path file = Files.write(this.folder.resolve("secret.png"), IMAGE);
		this.traced.filter((text, field) -> text.contains("secret") ? "" : text);
		assertThat(this.traced.arrived(Attachments.of(file)).get("filename").asString()).isEqualTo("attachment.png");
		assertThat(this.traced.uploads().signed().values()).hasSize(1)
			.allSatisfy((request) -> assertThat(request.get("filename").asString()).isEqualTo("attachment.png"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "upload", "base64" })
	void fileThatFailsInAnyWayIsANoteAndTheRestStays(String mode) {
		this.traced.with("braintrust.attachments.mode", mode);
		Resource failing = new UnsizedResource(IMAGE) {
			@Override
			public long contentLength() {
				return IMAGE.length;
			}

			@Override
			public InputStream getInputStream() {
				throw new IllegalStateException("no bucket");
			}
		};
		JsonNode input = this.traced.arrived(List.of(Attachments.of(failing), "rest"));
		assertThat(input.get(0).asString()).endsWith("not recorded: not readable]");
		assertThat(input.get(1).asString()).isEqualTo("rest");
	}

	@Test
	void largeFilesTakeNothingOfTheContentThatWaits() throws IOException {
		Path file = Files.write(this.folder.resolve("large.png"), new byte[100_000]);
		assertThat(sizeOfASpan("base64", Attachments.of(file))).isLessThan(1000);
		assertThat(sizeOfASpan("base64", Attachments.of(new byte[15 * 1024 * 1024]))).isLessThan(1000);
	}

	@Test
	void generatedImageThatIsDroppedSaysWhy() {
		GeneratedImages images = new GeneratedImages(
				List.of(new GeneratedImage(null, DATA_URL.substring(DATA_URL.indexOf(',') + 1), "a cat"),
						new GeneratedImage(null, null, null), new GeneratedImage(DATA_URL, null, null)));
		JsonNode input = this.traced.arrived(images.without(List.of(images.attachments().get(0)), "too much"));
		assertThat(input.at("/0/content").size()).isEqualTo(2);
		assertThat(input.at("/0/content/0/text").asString())
			.isEqualTo("[image, " + IMAGE.length + " bytes, not recorded: too much]");
		assertThat(input.at("/0/content/0/revised_prompt").asString()).isEqualTo("a cat");
		assertThat(this.traced.hasObject(input.at("/0/content/1/image_url/url"), IMAGE)).isTrue();
		assertThat(this.traced.uploads().objects()).hasSize(1);
	}

	@Test
	void attachmentInATreeIsUploadedAsAnywhereElse() {
		JsonNode input = this.traced
			.arrived(JsonNodeFactory.instance.objectNode().putPOJO("image", Attachments.of(IMAGE)));
		assertThat(this.traced.hasObject(input.get("image"), IMAGE)).isTrue();
	}

	@Test
	void dataUrlTellsTypeAndNameAndWhereItDoesNotTheyAreDetected() {
		String base64 = DATA_URL.substring(DATA_URL.indexOf(',') + 1);
		Attachment named = Attachments.ofDataUrl(" data:Image/PNG;name=a%20b.png;base64," + base64 + "\n");
		assertThat(named.contentType()).isEqualTo("image/png");
		assertThat(named.name()).isEqualTo("a b.png");
		assertThat(Attachments.ofDataUrl("data:;base64," + base64).contentType()).isEqualTo("image/png");
		assertThat(Attachments.of(IMAGE, " ").contentType()).isEqualTo("image/png");
	}

	@Test
	void dataUrlInATextIsAnAttachmentHoweverItsBase64IsWritten() {
		String head = "data:image/png;name=" + "n".repeat(300) + ";base64,";
		String lines = head + Base64.getMimeEncoder().encodeToString(IMAGE);
		String ofUrls = head + Base64.getUrlEncoder().withoutPadding().encodeToString(IMAGE);
		JsonNode input = this.traced.arrived(List.of(lines, Map.of("image", ofUrls), "see " + ofUrls));
		assertThat(this.traced.hasObject(input.get(0), IMAGE)).isTrue();
		assertThat(this.traced.hasObject(input.at("/1/image"), IMAGE)).isTrue();
		assertThat(input.get(2).asString()).isEqualTo("see " + ofUrls);
		assertThat(this.traced.uploads().objects()).hasSize(1);
	}

	record Claim(String id, List<Photo> photos, Map<String, Object> files) {
	}

	record Photo(String side, Attachment image) {
	}

	/**
	 * A resource without a known size, like some on the web or in a bucket.
	 */
	private static class UnsizedResource extends AbstractResource {

		private final byte[] bytes;

		UnsizedResource(byte[] bytes) {
			this.bytes = bytes;
		}

		@Override
		public long contentLength() {
			return -1;
		}

		@Override
		public InputStream getInputStream() throws IOException {
			return new ByteArrayInputStream(this.bytes);
		}

		@Override
		public String getDescription() {
			return "unsized";
		}

	}

}
