package dev.braintrust.spring.autoconfigure;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * What is looked for by its name while the application runs, for native images, in which
 * a class without a hint is found by no name.
 */
class OptionalTypeHints implements RuntimeHintsRegistrar {

	private static final List<String> LOOKED_FOR = List.of("io.micrometer.context.ContextSnapshotFactory",
			"org.hibernate.Hibernate", "org.slf4j.MDC",
			"org.springframework.transaction.support.TransactionSynchronizationManager",
			"org.springframework.ai.chat.client.ChatClient",
			"org.springframework.ai.chat.client.advisor.ToolCallingAdvisor",
			"com.fasterxml.jackson.databind.ObjectMapper", "com.openai.core.ObjectMappers",
			"com.anthropic.core.ObjectMappers", "software.amazon.awssdk.core.SdkPojo",
			"com.google.protobuf.util.JsonFormat", "com.google.gson.Gson", "kotlinx.serialization.json.Json");

	private static final List<String> CALLED = List.of("io.opentelemetry.api.internal.InstrumentationUtil",
			"io.opentelemetry.api.impl.InstrumentationUtil");

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		LOOKED_FOR.forEach((type) -> hints.reflection().registerTypeIfPresent(classLoader, type));
		CALLED.forEach((type) -> hints.reflection()
			.registerTypeIfPresent(classLoader, type, MemberCategory.INVOKE_PUBLIC_METHODS));
	}

}
