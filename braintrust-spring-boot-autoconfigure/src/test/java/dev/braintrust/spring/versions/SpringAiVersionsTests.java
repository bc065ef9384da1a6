package dev.braintrust.spring.versions;

import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the starter's classes link with the oldest supported Spring AI.
 */
class SpringAiVersionsTests {

	@Test
	void whatOurClassesReferToIsThereOrAskedForFirst() throws Exception {
		assertThat(new Linkage(OtherOpenTelemetry.classPath("spring-ai", "oldest")).problems()
			.stream()
			.map((problem) -> problem.replaceAll("dev/braintrust/spring/| \\(\\).*", ""))
			.collect(Collectors.toSet())).containsExactlyInAnyOrder(
					"ai/provider/OpenAiProvider > org/springframework/ai/openai/OpenAiChatModel$ResponseFormat.getStrict",
					"ai/provider/OpenAiProvider > org/springframework/ai/openai/OpenAiChatOptions.getStrict",
					"ai/provider/OpenAiProvider > com/openai/models/completions/CompletionUsage$PromptTokensDetails.cacheWriteTokens",
					"ai/model/ImageKind > org/springframework/ai/image/ImageMessage.getMedia",
					"ai/model/ImageKind > org/springframework/ai/image/ImageResponseMetadata.getUsage",
					"ai/model/ImageKind$ImageResult > org/springframework/ai/image/ImageResponseMetadata.getUsage");
	}

}
