package dev.braintrust.spring.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import dev.braintrust.spring.ai.http.TracedSdkClients;
import dev.braintrust.spring.ai.model.ModelKind;
import dev.braintrust.spring.autoconfigure.properties.BraintrustProperties;
import dev.braintrust.spring.autoconfigure.properties.CaptureProperties;
import dev.braintrust.spring.autoconfigure.properties.ConsoleProperties;
import dev.braintrust.spring.autoconfigure.properties.EvalProperties;
import dev.braintrust.spring.autoconfigure.properties.ExportProperties;
import dev.braintrust.spring.autoconfigure.properties.OriginProperties;
import dev.braintrust.spring.autoconfigure.properties.ProjectProperties;
import dev.braintrust.spring.autoconfigure.properties.PromptProperties;
import dev.braintrust.spring.autoconfigure.properties.SharedExportProperties;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.client.DefaultChatClient;
import org.springframework.ai.chat.client.DefaultChatClientBuilder;
import org.springframework.ai.chat.client.advisor.ToolCallingAdvisor;
import org.springframework.ai.chat.client.advisor.api.AdvisorChain;
import org.springframework.ai.chat.client.advisor.api.BaseAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.CallAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisorChain;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;
import org.springframework.boot.context.properties.bind.BindableRuntimeHintsRegistrar;
import org.springframework.util.ClassUtils;

/**
 * Hints for native images: classes that are looked up by name at run time, the beans of
 * projects that were declared after the image was built, and the properties records that
 * take defaults.
 */
public class BraintrustRuntimeHints implements RuntimeHintsRegistrar {

	private static final List<String> LOOKED_FOR = List.of("io.micrometer.context.ContextSnapshotFactory",
			"org.hibernate.Hibernate", "org.slf4j.MDC",
			"org.springframework.transaction.support.TransactionSynchronizationManager",
			"org.springframework.ai.chat.client.ChatClient",
			"org.springframework.ai.chat.client.advisor.ToolCallingAdvisor",
			"com.fasterxml.jackson.databind.ObjectMapper", "com.openai.core.ObjectMappers",
			"com.anthropic.core.ObjectMappers", "software.amazon.awssdk.core.SdkPojo",
			"com.google.protobuf.util.JsonFormat", "com.google.gson.Gson", "kotlinx.serialization.json.Json",
			"com.samskivert.mustache.Mustache");

	private static final List<String> CALLED = List.of("io.opentelemetry.api.internal.InstrumentationUtil",
			"io.opentelemetry.api.impl.InstrumentationUtil");

	// Defaults and the search for unknown properties read the components of these
	// records. In a native image, a component exists only if its accessor is registered.
	private static final List<Class<?>> PROPERTIES = List.of(BraintrustProperties.class, ProjectProperties.class,
			SharedExportProperties.class, ExportProperties.class, CaptureProperties.class, OriginProperties.class,
			ConsoleProperties.class, EvalProperties.class, PromptProperties.class);

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		LOOKED_FOR.forEach((type) -> hints.reflection().registerTypeIfPresent(classLoader, type));
		CALLED.forEach((type) -> hints.reflection()
			.registerTypeIfPresent(classLoader, type, MemberCategory.INVOKE_PUBLIC_METHODS));
		hints.reflection().registerType(ProjectBeanRegistrar.class, MemberCategory.INVOKE_DECLARED_METHODS);
		hints.reflection().registerType(EvalBeans.class, MemberCategory.INVOKE_DECLARED_METHODS);
		hints.reflection().registerType(PromptBeans.class, MemberCategory.INVOKE_DECLARED_METHODS);
		TracedSdkClients.proxied()
			.filter((type) -> ClassUtils.isPresent(type, classLoader))
			.forEach((type) -> hints.proxies().registerJdkProxy(TypeReference.of(type)));
		if (ClassUtils.isPresent("org.springframework.ai.model.Model", classLoader)) {
			new Models().registerHints(hints, classLoader);
		}
		if (ClassUtils.isPresent("org.springframework.ai.chat.client.advisor.ToolCallingAdvisor", classLoader)) {
			new Chat().registerHints(hints, classLoader);
		}
		BindableRuntimeHintsRegistrar.forTypes(EvalProperties.class, PromptProperties.class)
			.registerHints(hints, classLoader);
		hints.resources().registerPattern("dev/braintrust/spring/eval/report/report.css");
		for (Class<?> type : PROPERTIES) {
			registerRecord(hints, type);
			List.of(type.getDeclaredClasses()).forEach((nested) -> registerRecord(hints, nested));
		}
	}

	private static void registerRecord(RuntimeHints hints, Class<?> type) {
		hints.reflection()
			.registerType(type, MemberCategory.INVOKE_PUBLIC_METHODS, MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS);
	}

	/**
	 * Proxies around chat clients, and the members of Spring AI's model classes that are
	 * read by reflection.
	 */
	public static final class Chat implements RuntimeHintsRegistrar {

		private static final List<Class<?>> PROXIED_TYPES = List.of(BaseAdvisorChain.Builder.class,
				ToolCallingChatOptions.class);

		private static final List<Class<?>> INHERITED_TYPES = List.of(BaseAdvisorChain.class, CallAdvisorChain.class,
				StreamAdvisorChain.class, AdvisorChain.class, ChatOptions.class);

		private static final List<Class<?>> STATE_TYPES = List.of(DefaultChatClient.class,
				DefaultChatClientBuilder.class, DefaultChatClient.DefaultChatClientRequestSpec.class,
				DefaultChatClient.DefaultCallResponseSpec.class, DefaultChatClient.DefaultStreamResponseSpec.class,
				ToolCallingAdvisor.Builder.class);

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

		// The parameters of prompts are set by name, with reflection.
		private static final List<String> WRITTEN_TYPES = List.of(
				"org.springframework.ai.openai.OpenAiChatModel$ResponseFormat",
				"org.springframework.ai.openai.OpenAiChatModel$ResponseFormat$Type",
				"org.springframework.ai.openai.OpenAiChatOptions$Builder",
				"org.springframework.ai.openai.OpenAiChatOptions$AbstractBuilder");

		@Override
		public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
			for (Class<?> type : PROXIED_TYPES) {
				hints.proxies().registerJdkProxy(type);
				hints.reflection().registerType(type, MemberCategory.INVOKE_PUBLIC_METHODS);
			}
			// Beans of projects that were declared after the image was built are
			// registered at startup.
			hints.reflection().registerType(ProjectChatBeans.class, MemberCategory.INVOKE_DECLARED_METHODS);
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
			for (String type : WRITTEN_TYPES) {
				hints.reflection()
					.registerTypeIfPresent(classLoader, type, MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS,
							MemberCategory.INVOKE_PUBLIC_METHODS, MemberCategory.ACCESS_DECLARED_FIELDS);
			}
		}

	}

	/**
	 * Proxies of the model interfaces. A native image cannot create proxies of classes.
	 */
	static final class Models implements RuntimeHintsRegistrar {

		@Override
		public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
			List<Class<?>> types = new ArrayList<>(ModelKind.types());
			types.add(ChatModel.class);
			for (Class<?> type : types) {
				hints.proxies().registerJdkProxy(type).registerJdkProxy(AopProxyUtils.completeJdkProxyInterfaces(type));
			}
		}

	}

}
