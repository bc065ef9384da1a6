package dev.braintrust.spring.specification;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ai.message.ChatMessages;
import dev.braintrust.spring.ai.message.ChatMessages.MediaShape;
import dev.braintrust.spring.ai.provider.Provider;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.support.OtlpReceiver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.content.Media;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.util.MimeType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the specification's attachment cases for providers other than OpenAI. Only their
 * messages are compared, because their models are not on the class path.
 * {@code ModelProviderTests} tests that the options of a model determine the form of its
 * messages.
 */
class ProviderAttachmentTests {

	private static final Map<String, String> FORMATS = Map.of("png", "image/png", "pdf", "application/pdf");

	private final OtlpReceiver receiver = new OtlpReceiver();

	@AfterEach
	void close() {
		this.receiver.close();
	}

	static Stream<Arguments> providers() {
		return Stream.of(Arguments.of("anthropic", Provider.named("anthropic"), "/messages/0"),
				Arguments.of("bedrock", Provider.named("bedrock"), "/messages/0"),
				Arguments.of("google", Provider.named("google"), "/contents/0"));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("providers")
	void attachmentsStandWhereTheCaseHasThem(String provider, MediaShape shape, String place) {
		SpecificationCase test = SpecificationCase.load(provider + "/attachments.yaml");
		JsonNode message = test.requests().get(0).at(place);
		JsonNode row = record(shape, message(message), "");
		assertThat(RowComparison.differences("message", row.get(0), expected(test))).isEmpty();
		assertThat(this.receiver.uploads().objects().values())
			.extracting((bytes) -> Base64.getEncoder().encodeToString(bytes))
			.containsExactlyInAnyOrderElementsOf(base64(message));
		assertThat(this.receiver.uploads().statuses().values()).hasSameSizeAs(base64(message))
			.allMatch((status) -> status.at("/status/upload_status").asString().equals("done"));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("providers")
	void base64StandsAsTheProviderHasIt(String provider, MediaShape shape, String place) {
		JsonNode message = SpecificationCase.load(provider + "/attachments.yaml").requests().get(0).at(place);
		String row = record(shape, message(message), "braintrust.attachments.mode=base64").toString();
		assertThat(base64(message)).allMatch(row::contains);
		assertThat(this.receiver.uploads().requests()).isEmpty();
	}

	@Test
	void urlOfAnAnthropicMessageIsItsSource() {
		UserMessage message = UserMessage.builder()
			.text("What?")
			.media(Media.builder().mimeType(MimeType.valueOf("image/png")).data("https://example.com/a.png").build())
			.build();
		JsonNode row = record(Provider.named("anthropic"), message, "");
		assertThat(row.at("/0/content/1")).isEqualTo(JsonMapper.shared().readTree("""
				{"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}}"""));
	}

	// Google's case has the whole request. Only the parts of its message are compared.
	private static Object expected(SpecificationCase test) {
		Object input = ((Map<?, ?>) test.expectedSpans().get(0)).get("input");
		if (input instanceof Map<?, ?> request) {
			Map<?, ?> message = (Map<?, ?>) ((List<?>) request.get("contents")).get(0);
			return Map.of("role", message.get("role"), "content", message.get("parts"));
		}
		return ((List<?>) input).get(0);
	}

	private static UserMessage message(JsonNode message) {
		List<Media> media = new ArrayList<>();
		StringBuilder text = new StringBuilder();
		for (JsonNode part : message.has("parts") ? message.get("parts") : message.get("content")) {
			if (part.has("text")) {
				text.append(part.get("text").asString());
			}
			else if (part.has("inline_data")) {
				media.add(media(part.at("/inline_data/mime_type").asString(), part.at("/inline_data/data"), null));
			}
			else if (part.at("/source/media_type").isString()) {
				media.add(media(part.at("/source/media_type").asString(), part.at("/source/data"), null));
			}
			else {
				JsonNode block = part.has("image") ? part.get("image") : part.get("document");
				media.add(media(FORMATS.get(block.get("format").asString()), block.at("/source/bytes"),
						block.path("name").asString(null)));
			}
		}
		return UserMessage.builder().text(text.toString()).media(media).build();
	}

	private static Media media(String type, JsonNode base64, String name) {
		return Media.builder()
			.mimeType(MimeType.valueOf(type))
			.data(Base64.getDecoder().decode(base64.asString()))
			.name(name)
			.build();
	}

	private static List<String> base64(JsonNode message) {
		List<String> found = new ArrayList<>();
		for (String name : List.of("data", "bytes")) {
			message.findValues(name).forEach((value) -> found.add(value.asString()));
		}
		return found;
	}

	private JsonNode record(MediaShape shape, UserMessage message, String property) {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class))
			.withPropertyValues("braintrust.api-url=" + this.receiver.url(), "braintrust.api-key=sk-test",
					"braintrust.projects.support.name=Support", property)
			.run((context) -> {
				BraintrustProjects projects = context.getBean(BraintrustProjects.class);
				projects.tracer("support")
					.llmSpan("call")
					.input(new ChatMessages(List.of(message), shape))
					.run((span) -> {
					});
				assertThat(projects.flush(Duration.ofMinutes(1))).isTrue();
			});
		return this.receiver.spans().get(0).input();
	}

}
