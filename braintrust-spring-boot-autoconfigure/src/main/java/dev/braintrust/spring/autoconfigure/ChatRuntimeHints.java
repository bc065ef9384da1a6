package dev.braintrust.spring.autoconfigure;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.client.DefaultChatClient;
import org.springframework.ai.chat.client.DefaultChatClientBuilder;
import org.springframework.ai.chat.client.advisor.ToolCallingAdvisor;
import org.springframework.ai.chat.client.advisor.api.AdvisorChain;
import org.springframework.ai.chat.client.advisor.api.BaseAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.CallAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisorChain;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * The proxies of this package, and what it reads of Spring AI's models without being
 * compiled against them, for native images.
 */
public class ChatRuntimeHints implements RuntimeHintsRegistrar {

	private static final List<Class<?>> PROXIED_TYPES = List.of(BaseAdvisorChain.Builder.class,
			ToolCallingChatOptions.class);

	private static final List<Class<?>> INHERITED_TYPES = List.of(BaseAdvisorChain.class, CallAdvisorChain.class,
			StreamAdvisorChain.class, AdvisorChain.class, ChatOptions.class);

	private static final List<Class<?>> STATE_TYPES = List.of(DefaultChatClient.class, DefaultChatClientBuilder.class,
			DefaultChatClient.DefaultChatClientRequestSpec.class, DefaultChatClient.DefaultCallResponseSpec.class,
			DefaultChatClient.DefaultStreamResponseSpec.class, ToolCallingAdvisor.Builder.class);

	private static final List<String> READ_TYPES = List.of(
			"org.springframework.ai.anthropic.AnthropicChatModel$AnthropicThinkingContent",
			"org.springframework.ai.deepseek.DeepSeekAssistantMessage",
			"org.springframework.ai.deepseek.DeepSeekChatOptions",
			"org.springframework.ai.deepseek.api.DeepSeekApi$Usage",
			"org.springframework.ai.deepseek.api.DeepSeekApi$Usage$PromptTokensDetails",
			"org.springframework.ai.deepseek.api.ResponseFormat",
			"org.springframework.ai.google.genai.GoogleGenAiChatOptions",
			"org.springframework.ai.google.genai.GoogleGenAiChatOptions$ToolChoice",
			"org.springframework.ai.google.genai.metadata.GoogleGenAiModalityTokenCount",
			"org.springframework.ai.google.genai.metadata.GoogleGenAiUsage",
			"org.springframework.ai.mistralai.MistralAiChatOptions",
			"org.springframework.ai.mistralai.api.MistralAiApi$ChatCompletionRequest$ResponseFormat",
			"org.springframework.ai.mistralai.api.MistralAiApi$Usage");

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		for (Class<?> type : PROXIED_TYPES) {
			hints.proxies().registerJdkProxy(type);
			hints.reflection().registerType(type, MemberCategory.INVOKE_PUBLIC_METHODS);
		}
		for (Class<?> type : INHERITED_TYPES) {
			hints.reflection().registerType(type, MemberCategory.INVOKE_PUBLIC_METHODS);
		}
		for (Class<?> type : STATE_TYPES) {
			hints.reflection().registerType(type, MemberCategory.ACCESS_DECLARED_FIELDS);
		}
		for (String type : READ_TYPES) {
			hints.reflection()
				.registerTypeIfPresent(classLoader, type, MemberCategory.INVOKE_DECLARED_METHODS,
						MemberCategory.INVOKE_PUBLIC_METHODS, MemberCategory.ACCESS_DECLARED_FIELDS);
		}
	}

}
