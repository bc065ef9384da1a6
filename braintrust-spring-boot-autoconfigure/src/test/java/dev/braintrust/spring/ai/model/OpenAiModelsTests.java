package dev.braintrust.spring.ai.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;

import com.openai.models.audio.AudioResponseFormat;
import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustModelAutoConfiguration;
import dev.braintrust.spring.content.json.JsonPayload;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.PayloadJson;
import dev.braintrust.spring.support.ReceivedSpan;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

import org.springframework.ai.audio.transcription.AudioTranscriptionPrompt;
import org.springframework.ai.audio.transcription.TranscriptionModel;
import org.springframework.ai.audio.tts.TextToSpeechModel;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingOptions;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.image.ImageModel;
import org.springframework.ai.image.ImagePrompt;
import org.springframework.ai.model.Model;
import org.springframework.ai.model.openai.autoconfigure.OpenAiAudioSpeechAutoConfiguration;
import org.springframework.ai.model.openai.autoconfigure.OpenAiEmbeddingAutoConfiguration;
import org.springframework.ai.openai.OpenAiAudioSpeechModel;
import org.springframework.ai.openai.OpenAiAudioSpeechOptions;
import org.springframework.ai.openai.OpenAiAudioTranscriptionModel;
import org.springframework.ai.openai.OpenAiAudioTranscriptionOptions;
import org.springframework.ai.openai.OpenAiEmbeddingModel;
import org.springframework.ai.openai.OpenAiEmbeddingOptions;
import org.springframework.ai.openai.OpenAiImageModel;
import org.springframework.ai.openai.OpenAiImageOptions;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.InputStreamResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests of Spring AI's OpenAI models against a server that answers like OpenAI: the
 * caller's results and the received spans.
 */
class OpenAiModelsTests {

	private static final String PNG = "iVBORw0KGgoAAAA=";

	private static final byte[] MP3 = { 'I', 'D', '3', 4, 0, (byte) 0xff, 1, 2 };

	private final OtlpReceiver receiver = new OtlpReceiver();

	private final MediaServer server = new MediaServer();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(BraintrustAutoConfiguration.class, BraintrustModelAutoConfiguration.class))
		.withUserConfiguration(Models.class)
		.withPropertyValues("braintrust.api-url=" + this.receiver.url(), "braintrust.api-key=sk-test",
				"braintrust.projects.support.name=Support Agent", "openai.url=" + this.server.url());

	@TempDir
	private Path folder;

	@AfterEach
	void close() {
		this.receiver.close();
		this.server.close();
	}

	@Test
	void embeddingIsItsModelItsProviderAndItsTokensAlone() {
		embeddings();
		run((context, tracer) -> {
			OpenAiEmbeddingModel model = context.getBean(OpenAiEmbeddingModel.class);
			EmbeddingResponse response = model.call(new EmbeddingRequest(List.of("secret"), null));
			assertThat(response.getResult().getOutput()).containsExactly(0.5f, -0.25f);
		});
		ReceivedSpan span = this.receiver.awaitSpans(1).get(0);
		assertThat(span.name()).isEqualTo("Embedding");
		assertThat(span.type()).isEqualTo("llm");
		assertThat(span.isRoot()).isTrue();
		assertThat(span.metadata()).isEqualTo(ReceivedSpan.parse("""
				{"provider": "openai", "model": "text-embedding-3-small-v2"}"""));
		assertThat(span.metrics()).isEqualTo(ReceivedSpan.parse("""
				{"prompt_tokens": 8, "tokens": 8}"""));
		assertThat(span.has("braintrust.input_json")).isFalse();
		assertThat(span.has("braintrust.output_json")).isFalse();
		assertThat(span.attributes().toString()).doesNotContain("secret");
	}

	@Test
	void everyWayToEmbedIsOneSpanForEachRequest() {
		embeddings();
		run((context, tracer) -> {
			OpenAiEmbeddingModel model = context.getBean(OpenAiEmbeddingModel.class);
			Model<EmbeddingRequest, EmbeddingResponse> erased = model;
			List<Document> documents = List.of(new Document("one"), new Document("two"));
			tracer.taskSpan("task").run((task) -> {
				model.embed("text");
				model.embed(List.of("text"));
				model.embedForResponse(List.of("text"));
				erased.call(new EmbeddingRequest(List.of("text"), EmbeddingOptions.builder().build()));
				model.embed(documents, EmbeddingOptions.builder().build(),
						(all) -> all.stream().map(List::of).toList());
				model.embed(documents.get(0));
			});
		});
		assertThat(this.server.requests()).hasSize(7);
		List<ReceivedSpan> spans = this.receiver.awaitSpans(8);
		ReceivedSpan task = spans.get(7);
		assertThat(spans.subList(0, 7)).allMatch((span) -> span.name().equals("Embedding") && span.isChildOf(task));
		assertThat(spans.subList(0, 6)).allMatch((span) -> span.metrics().path("tokens").asInt() == 8);
		// The model embeds a document in a method that does not return the response.
		assertThat(spans.get(6).has("braintrust.metrics")).isFalse();
		assertThat(spans.get(6).metadata().path("model").asString()).isEqualTo("text-embedding-3-small");
	}

	@Test
	void imageIsAnAttachmentOfTheOutput() {
		this.server.answers("images/generations", "application/json", """
				{"created": 1, "data": [{"b64_json": "%s", "revised_prompt": "a red fox"},
				{"url": "https://images.example.com/2.png"}]}""".formatted(PNG));
		run((context, tracer) -> {
			ImageModel model = context.getBean(ImageModel.class);
			assertThat(model.call(new ImagePrompt("a fox")).getResults()).hasSize(2);
		});
		ReceivedSpan span = this.receiver.awaitSpans(1).get(0);
		assertThat(span.name()).isEqualTo("Image Generation");
		assertThat(span.type()).isEqualTo("llm");
		assertThat(span.input()).isEqualTo(ReceivedSpan.parse("""
				[{"role": "user", "content": "a fox"}]"""));
		assertThat(inlined(span.output())).isEqualTo(ReceivedSpan.parse("""
				[{"role": "assistant", "content": [
				{"type": "image_url", "image_url": {"url": "data:image/png;base64,%s"}, "revised_prompt": "a red fox"},
				{"type": "image_url", "image_url": {"url": "https://images.example.com/2.png"}}]}]""".formatted(PNG)));
		assertThat(span.metadata()).isEqualTo(ReceivedSpan.parse("""
				{"provider": "openai", "model": "gpt-image-1-mini"}"""));
		assertThat(span.has("braintrust.metrics")).isFalse();
	}

	@Test
	void imageIsItsSizeWhereAttachmentsAreNotRecorded() {
		this.server.answers("images/generations", "application/json", """
				{"created": 1, "data": [{"b64_json": "%s"}]}""".formatted(PNG));
		this.runner.withPropertyValues("braintrust.attachments.mode=none")
			.run((context) -> context.getBean(ImageModel.class).call(new ImagePrompt("a fox")));
		assertThat(this.receiver.awaitSpans(1).get(0).output()).isEqualTo(ReceivedSpan
			.parse("""
					[{"role": "assistant", "content": [{"type": "text", "text": "[image/png, attachment.png, 11 bytes]"}]}]"""));
	}

	@Test
	void speechIsAFileOfTheOutput() {
		this.server.answers("audio/speech", 200, "audio/mpeg", MP3);
		run((context, tracer) -> {
			TextToSpeechModel model = context.getBean(TextToSpeechModel.class);
			assertThat(model.call("Hello")).isEqualTo(MP3);
		});
		assertSpeech(this.receiver.awaitSpans(1).get(0));
	}

	private JsonNode inlined(JsonNode json) {
		return this.receiver.uploads().inlined(json);
	}

	private void assertSpeech(ReceivedSpan span) {
		assertThat(span.name()).isEqualTo("Speech");
		assertThat(span.type()).isEqualTo("llm");
		assertThat(span.input()).isEqualTo(ReceivedSpan.parse("""
				[{"role": "user", "content": "Hello"}]"""));
		assertThat(inlined(span.output())).isEqualTo(ReceivedSpan.parse("""
				[{"role": "assistant", "content": [{"type": "file", "file": {"filename": "speech.mp3",
				"file_data": "data:audio/mpeg;base64,%s"}}]}]""".formatted(Base64.getEncoder().encodeToString(MP3))));
		assertThat(span.metadata()).isEqualTo(ReceivedSpan.parse("""
				{"provider": "openai", "model": "gpt-4o-mini-tts"}"""));
	}

	@Test
	void streamedSpeechIsTheSameSpanAndHasItsFirstSound() {
		this.server.answers("audio/speech", 200, "audio/mpeg", MP3);
		run((context, tracer) -> {
			TextToSpeechModel model = context.getBean(TextToSpeechModel.class);
			Flux<byte[]> stream = model.stream("Hello");
			assertThat(stream.blockLast()).isNotEmpty();
		});
		ReceivedSpan span = this.receiver.awaitSpans(1).get(0);
		assertSpeech(span);
		assertThat(span.metrics().path("time_to_first_token").asDouble()).isPositive();
	}

	@Test
	void speechIsTimedAndNotRecordedWhereOutputsAreNot() {
		this.server.answers("audio/speech", 200, "audio/mpeg", MP3);
		this.runner.withPropertyValues("braintrust.projects.support.capture.output=false").run((context) -> {
			TextToSpeechModel model = context.getBean(TextToSpeechModel.class);
			assertThat(model.stream("Hello").blockLast()).isNotEmpty();
		});
		ReceivedSpan span = this.receiver.awaitSpans(1).get(0);
		assertThat(span.has("braintrust.output_json")).isFalse();
		assertThat(span.metrics().has("time_to_first_token")).isTrue();
	}

	@Test
	void transcriptIsTheOutputAndTheSoundIsAFileOfTheInput() {
		transcript();
		run((context, tracer) -> {
			TranscriptionModel model = context.getBean(TranscriptionModel.class);
			assertThat(model.transcribe(named("hello.wav", MP3))).isEqualTo("Hello there");
		});
		ReceivedSpan span = this.receiver.awaitSpans(1).get(0);
		assertThat(span.name()).isEqualTo("Transcription");
		assertThat(span.type()).isEqualTo("llm");
		assertThat(inlined(span.input())).isEqualTo(ReceivedSpan.parse("""
				[{"role": "user", "content": [{"type": "file", "file": {"filename": "hello.wav",
				"file_data": "data:audio/wav;base64,%s"}}]}]""".formatted(Base64.getEncoder().encodeToString(MP3))));
		assertThat(span.output()).isEqualTo(ReceivedSpan.parse("""
				[{"role": "assistant", "content": "Hello there"}]"""));
		assertThat(span.metadata()).isEqualTo(ReceivedSpan.parse("""
				{"provider": "openai", "model": "gpt-4o-transcribe"}"""));
		assertThat(span.metrics()).isEqualTo(ReceivedSpan.parse("""
				{"prompt_tokens": 14, "completion_tokens": 3, "tokens": 17, "prompt_audio_tokens": 14}"""));
	}

	@Test
	void soundOfAFileIsReadAndOfAStreamIsLeftToTheModel() throws Exception {
		transcript();
		Path file = Files.write(this.folder.resolve("note.mp3"), MP3);
		run((context, tracer) -> {
			TranscriptionModel model = context.getBean(TranscriptionModel.class);
			model.call(new AudioTranscriptionPrompt(new FileSystemResource(file)));
			model.call(new AudioTranscriptionPrompt(new InputStreamResource(new ByteArrayResource(MP3))));
			model.call(new AudioTranscriptionPrompt(named("unknown", MP3)));
		});
		List<ReceivedSpan> spans = inOrder(3);
		assertThat(spans.get(0).input().at("/0/content/0/file/filename").asString()).isEqualTo("note.mp3");
		assertThat(inlined(spans.get(0).input()).at("/0/content/0/file/file_data").asString())
			.isEqualTo("data:audio/mpeg;base64," + Base64.getEncoder().encodeToString(MP3));
		assertThat(spans.get(1).input()).isEqualTo(ReceivedSpan.parse("""
				[{"role": "user", "content": "[audio, application/octet-stream]"}]"""));
		assertThat(inlined(spans.get(2).input()).at("/0/content/0/file/file_data").asString())
			.startsWith("data:audio/mpeg;");
		String sound = new String(MP3, StandardCharsets.ISO_8859_1);
		assertThat(this.server.requests()).hasSize(3).allMatch((request) -> request.contains(sound));
	}

	// Spans with files arrive after those without.
	private List<ReceivedSpan> inOrder(int count) {
		return this.receiver.awaitSpans(count).stream().sorted(Comparator.comparingLong(ReceivedSpan::start)).toList();
	}

	@Test
	void soundIsNotReadBeforeTheModelIsCalled() throws Exception {
		transcript();
		Path file = Files.write(this.folder.resolve("note.mp3"), MP3);
		CountedResource counted = new CountedResource(file);
		CountedResource elsewhere = new CountedResource(file) {

			@Override
			public boolean isFile() {
				return false;
			}

		};
		run((context, tracer) -> {
			TranscriptionModel model = context.getBean(TranscriptionModel.class);
			model.call(new AudioTranscriptionPrompt(counted));
			model.call(new AudioTranscriptionPrompt(elsewhere));
		});
		assertThat(counted.reads).isEqualTo(1);
		assertThat(elsewhere.reads).isEqualTo(1);
		List<ReceivedSpan> spans = inOrder(2);
		assertThat(spans.get(0).input().at("/0/content/0/file/filename").asString()).isEqualTo("note.mp3");
		assertThat(spans.get(1).input()).isEqualTo(ReceivedSpan.parse("""
				[{"role": "user", "content": "[note.mp3, audio/mpeg]"}]"""));
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void fileThatIsGoneOrHasChangedIsNotReadable(boolean gone) throws Exception {
		Path file = Files.write(this.folder.resolve("note.mp3"), MP3);
		Attachment attachment = AudioFile.input(new FileSystemResource(file), true).attachments().get(0);
		try (InputStream content = attachment.openStream()) {
			assertThat(content).hasBinaryContent(MP3);
		}
		if (gone) {
			Files.delete(file);
		}
		else {
			Files.write(file, new byte[MP3.length + 1]);
		}
		assertThatIOException().isThrownBy(attachment::openStream);
	}

	@Test
	void fileIsNotReadWhereBytesAreNotRecorded() throws Exception {
		Path file = Files.write(this.folder.resolve("note.mp3"), MP3);
		JsonPayload input = AudioFile.input(new FileSystemResource(file), false);
		assertThat(input.attachments()).isEmpty();
		assertThat(PayloadJson.braintrust(input))
			.isEqualTo("[{\"role\":\"user\",\"content\":\"[note.mp3, audio/mpeg, " + MP3.length + " bytes]\"}]");
	}

	@Test
	void fileIsAnAttachmentThatNothingHasRead() throws Exception {
		Path file = Files.write(this.folder.resolve("note.mp3"), MP3);
		JsonPayload input = AudioFile.input(new FileSystemResource(file), true);
		Files.delete(file);
		assertThat(input.attachments()).singleElement().satisfies((attachment) -> {
			assertThat(attachment.source()).isInstanceOf(FileSystemResource.class);
			assertThat(attachment.contentType()).isEqualTo("audio/mpeg");
			assertThat(attachment.size()).isEqualTo(MP3.length);
		});
	}

	@Test
	void streamedTranscriptIsOneSpan() {
		this.server.answers("audio/transcriptions", "text/event-stream", """
				data: {"type": "transcript.text.delta", "delta": "Hello "}

				data: {"type": "transcript.text.delta", "delta": "there"}

				data: {"type": "transcript.text.done", "text": "Hello there"}

				data: [DONE]

				""");
		run((context, tracer) -> {
			TranscriptionModel model = context.getBean(TranscriptionModel.class);
			assertThat(model.streamTranscribe(named("hello.wav", MP3)).collectList().block())
				.containsSubsequence("Hello ", "there");
		});
		ReceivedSpan span = this.receiver.awaitSpans(1).get(0);
		assertThat(span.output().at("/0/content").asString()).isEqualTo("Hello there");
		assertThat(span.metrics().has("time_to_first_token")).isTrue();
	}

	@Test
	void errorIsOfTheSpanAndComesOutAsItIs() {
		byte[] body = "{\"error\": {\"message\": \"no such voice\"}}".getBytes(StandardCharsets.UTF_8);
		this.server.answers("audio/speech", 400, "application/json", body);
		run((context, tracer) -> {
			TextToSpeechModel model = context.getBean(TextToSpeechModel.class);
			TextToSpeechModel untraced = Models.speech(this.server.url());
			Throwable expected = catchThrowable(() -> untraced.call("Hello"));
			assertThatThrownBy(() -> model.call("Hello")).isExactlyInstanceOf(expected.getClass())
				.hasMessage(expected.getMessage());
			assertThatThrownBy(() -> model.stream("Hello").blockLast()).isExactlyInstanceOf(expected.getClass());
		});
		assertThat(this.receiver.awaitSpans(2)).allMatch(ReceivedSpan::error)
			.allMatch((span) -> span.statusMessage().contains("no such voice"))
			.noneMatch((span) -> span.has("braintrust.output_json"));
	}

	@Test
	void modelsOfSpringAiAreHandedThroughABean() {
		embeddings();
		this.server.answers("audio/speech", 200, "audio/mpeg", MP3);
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(BraintrustAutoConfiguration.class, BraintrustModelAutoConfiguration.class,
							OpenAiEmbeddingAutoConfiguration.class, OpenAiAudioSpeechAutoConfiguration.class))
			.withUserConfiguration(HandedThrough.class)
			.withPropertyValues("braintrust.api-url=" + this.receiver.url(), "braintrust.api-key=sk-test",
					"braintrust.projects.support.name=Support Agent", "spring.ai.openai.api-key=sk-model",
					"spring.ai.openai.base-url=" + this.server.url())
			.run((context) -> {
				assertThat(context).hasNotFailed();
				context.getBean(OpenAiAudioSpeechModel.class).call("Untraced");
				HandedThrough.Injected injected = context.getBean(HandedThrough.Injected.class);
				assertThat(injected.speech().call("Hello")).isEqualTo(MP3);
				assertThat(injected.embeddings().embed("Hello")).hasSize(2);
			});
		assertThat(this.receiver.awaitSpans(2)).extracting(ReceivedSpan::name)
			.containsExactlyInAnyOrder("Speech", "Embedding");
	}

	private void embeddings() {
		this.server.answers("embeddings", "application/json", """
				{"object": "list", "model": "text-embedding-3-small-v2", "data": [{"object": "embedding",
				"index": 0, "embedding": [0.5, -0.25]}], "usage": {"prompt_tokens": 8, "total_tokens": 8}}""");
	}

	private void transcript() {
		this.server.answers("audio/transcriptions", "application/json", """
				{"text": "Hello there", "usage": {"type": "tokens", "input_tokens": 14, "output_tokens": 3,
				"total_tokens": 17, "input_token_details": {"text_tokens": 0, "audio_tokens": 14}}}""");
	}

	private static ByteArrayResource named(String name, byte[] bytes) {
		return new ByteArrayResource(bytes) {

			@Override
			public String getFilename() {
				return name;
			}

		};
	}

	private void run(BiConsumer<ApplicationContext, ProjectTracer> work) {
		this.runner.run((context) -> {
			assertThat(context).hasNotFailed();
			work.accept(context, context.getBean("braintrust.projects.support.tracer", ProjectTracer.class));
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class HandedThrough {

		@Bean
		@BraintrustProject("support")
		EmbeddingModel supportEmbeddings(OpenAiEmbeddingModel model) {
			return model;
		}

		@Bean
		@BraintrustProject("support")
		TextToSpeechModel supportSpeech(OpenAiAudioSpeechModel model) {
			return model;
		}

		@Bean
		Injected injected(@BraintrustProject("support") EmbeddingModel embeddings,
				@BraintrustProject("support") TextToSpeechModel speech) {
			return new Injected(embeddings, speech);
		}

		record Injected(EmbeddingModel embeddings, TextToSpeechModel speech) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Models {

		@Bean
		@BraintrustProject("support")
		OpenAiEmbeddingModel embeddings(@Value("${openai.url}") String url) {
			return OpenAiEmbeddingModel.builder()
				.options(OpenAiEmbeddingOptions.builder()
					.baseUrl(url)
					.apiKey("sk-model")
					.model("text-embedding-3-small")
					.build())
				.build();
		}

		@Bean
		@BraintrustProject("support")
		ImageModel images(@Value("${openai.url}") String url) {
			return OpenAiImageModel.builder()
				.options(OpenAiImageOptions.builder().baseUrl(url).apiKey("sk-model").build())
				.build();
		}

		@Bean
		@BraintrustProject("support")
		static TextToSpeechModel speech(@Value("${openai.url}") String url) {
			return OpenAiAudioSpeechModel.builder()
				.options(OpenAiAudioSpeechOptions.builder().baseUrl(url).apiKey("sk-model").build())
				.build();
		}

		@Bean
		@BraintrustProject("support")
		TranscriptionModel transcripts(@Value("${openai.url}") String url) {
			return OpenAiAudioTranscriptionModel.builder()
				.options(OpenAiAudioTranscriptionOptions.builder()
					.baseUrl(url)
					.apiKey("sk-model")
					.model("gpt-4o-transcribe")
					.responseFormat(AudioResponseFormat.JSON)
					.build())
				.build();
		}

	}

	static class CountedResource extends FileSystemResource {

		int reads;

		CountedResource(Path path) {
			super(path.toFile());
		}

		@Override
		public InputStream getInputStream() throws IOException {
			this.reads++;
			return super.getInputStream();
		}

		@Override
		public byte[] getContentAsByteArray() throws IOException {
			this.reads++;
			return super.getContentAsByteArray();
		}

	}

}
