package dev.braintrust.spring.ai.provider;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.anthropic.models.messages.MessageDeltaUsage;
import com.openai.models.completions.CompletionUsage;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.braintrust.spring.ai.provider.Provider.Reasoning;
import dev.braintrust.spring.autoconfigure.BraintrustRuntimeHints;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.bedrockruntime.model.TokenUsage;

import org.springframework.ai.anthropic.AnthropicChatOptions;
import org.springframework.ai.bedrock.converse.BedrockChatOptions;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.chat.metadata.Usage;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.deepseek.DeepSeekChatOptions;
import org.springframework.ai.deepseek.api.DeepSeekApi;
import org.springframework.ai.google.genai.GoogleGenAiChatOptions;
import org.springframework.ai.google.genai.metadata.GoogleGenAiUsage;
import org.springframework.ai.mistralai.MistralAiChatOptions;
import org.springframework.ai.ollama.api.OllamaChatOptions;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A case for each provider: how it is detected, and where it differs. A new provider
 * needs a case here.
 */
class ProviderCaseTests {

	private static final JavaClasses PROVIDERS = new ClassFileImporter()
		.withImportOption(new ImportOption.DoNotIncludeTests())
		.importPackages(Provider.class.getPackageName());

	static Stream<Case> cases() {
		CompletionUsage openAi = CompletionUsage.builder().promptTokens(10).completionTokens(5).totalTokens(15).build();
		MessageDeltaUsage anthropic = MessageDeltaUsage.builder()
			.cacheCreationInputTokens(0)
			.cacheReadInputTokens(90)
			.inputTokens(10)
			.outputTokens(5)
			.outputTokensDetails(Optional.empty())
			.serverToolUse(Optional.empty())
			.build();
		return Stream.of(
				new Case(OpenAiProvider.class, OpenAiChatOptions.builder().build(), "openai", "Chat Completion", 7,
						Reasoning.WHOLE, new DefaultUsage(10, 5, 15, openAi), 10, 15),
				new Case(AnthropicProvider.class, AnthropicChatOptions.builder().build(), "anthropic",
						"anthropic.messages.create", 0, Reasoning.PIECES,
						new DefaultUsage(10, 5, 15, anthropic, 90L, null), 100, 105),
				new Case(GoogleProvider.class, new GoogleGenAiChatOptions(null), "google", "generate_content", 8,
						Reasoning.PIECES, new GoogleGenAiUsage(10, 5, 45, "usage"), 10, 45),
				new Case(BedrockProvider.class, new BedrockChatOptions(), "bedrock", "Chat Completion", 0,
						Reasoning.PIECES, new DefaultUsage(10, 5, 15, new TokenUsage(), 90L, null), 100, 105),
				new Case(DeepSeekProvider.class, new DeepSeekChatOptions(null), "deepseek", "Chat Completion", 7,
						Reasoning.PIECES, new DefaultUsage(10, 5, 15, new DeepSeekApi.Usage(5, 10, 15, null)), 10, 15),
				new Case(MistralProvider.class, new MistralAiChatOptions(), "mistral", "Chat Completion", 7,
						Reasoning.PIECES, null, 0, 0),
				new Case(OllamaProvider.class, new OllamaChatOptions(), "ollama", "Chat Completion", 0,
						Reasoning.PIECES, new DefaultUsage(10, 5), 10, 15),
				new Case(Provider.class, ChatOptions.builder().build(), null, "Chat Completion", 7,
						Reasoning.PIECES_OR_WHOLE, new DefaultUsage(10, 5), 10, 15));
	}

	@ParameterizedTest
	@MethodSource("cases")
	void providerIsRecognisedAndReadInItsOwnWay(Case test) {
		Provider provider = Provider.of(test.options());
		assertThat(provider).isExactlyInstanceOf(test.type());
		assertThat(provider.name(test.options(), null)).isEqualTo(test.name());
		assertThat(provider.spanName()).isEqualTo(test.spanName());
		assertThat(provider.reasoning()).isEqualTo(test.reasoning());
		assertThat(provider.choice(new Generation(
				AssistantMessage.builder().content("").properties(Map.of("index", 7, "candidateIndex", 8)).build())))
			.isEqualTo(test.choice());
		if (test.usage() != null) {
			assertThat(TokenCounts.of(test.usage())).containsEntry("prompt_tokens", (long) test.promptTokens())
				.containsEntry("tokens", (long) test.tokens());
		}
	}

	@Test
	void everyProviderHasACase() {
		Set<String> providers = PROVIDERS.stream()
			.filter((type) -> type.isAssignableTo(Provider.class))
			.map(JavaClass::getName)
			.collect(Collectors.toSet());
		assertThat(cases().map((test) -> test.type().getName()).toList())
			.containsExactlyInAnyOrderElementsOf(List.copyOf(providers));
	}

	@Test
	void whatAProviderReadsByNameIsKnownToNativeImages() {
		RuntimeHints hints = new RuntimeHints();
		new BraintrustRuntimeHints().registerHints(hints, getClass().getClassLoader());
		List<Case> readByName = cases().filter((test) -> readsByName(test.type())).toList();
		assertThat(readByName).extracting(Case::type)
			.containsExactlyInAnyOrder(GoogleProvider.class, DeepSeekProvider.class, MistralProvider.class);
		for (Case test : readByName) {
			assertThat(hints).as(test.toString())
				.matches(RuntimeHintsPredicates.reflection().onType(test.options().getClass()));
		}
	}

	private static boolean readsByName(Class<?> type) {
		if (type == Provider.class) {
			return false;
		}
		boolean reads = PROVIDERS.get(type)
			.getMethodCallsFromSelf()
			.stream()
			.anyMatch((call) -> call.getTarget().getName().equals("read"));
		return reads || readsByName(type.getSuperclass());
	}

	private record Case(Class<?> type, ChatOptions options, String name, String spanName, Object choice,
			Reasoning reasoning, Usage usage, int promptTokens, int tokens) {

		@Override
		public String toString() {
			return this.type.getSimpleName();
		}

	}

}
