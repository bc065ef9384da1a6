package dev.braintrust.spring.project;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.util.ClassUtils;

/**
 * What is looked for by its name while the application runs, for native images, in which
 * a class without a hint is found by no name.
 */
class OptionalTypeHints implements RuntimeHintsRegistrar {

	private static final List<String> LOOKED_FOR = List.of("io.micrometer.context.ContextSnapshotFactory",
			"org.hibernate.Hibernate", "org.slf4j.MDC", "org.springframework.ai.chat.client.ChatClient",
			"org.springframework.ai.chat.client.advisor.ToolCallingAdvisor");

	private static final String SENDER = "io.opentelemetry.sdk.common.export.HttpSenderProvider";

	private static final List<String> CALLED = List.of("io.opentelemetry.api.internal.InstrumentationUtil",
			"io.opentelemetry.api.impl.InstrumentationUtil");

	private static final String CALLED_WITHOUT_SENDER = "io.opentelemetry.exporter.internal.otlp.traces.TraceRequestMarshaler";

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		LOOKED_FOR.forEach((type) -> hints.reflection().registerTypeIfPresent(classLoader, type));
		CALLED.forEach((type) -> called(hints, classLoader, type));
		hints.reflection().registerTypeIfPresent(classLoader, SENDER);
		if (!ClassUtils.isPresent(SENDER, classLoader)) {
			called(hints, classLoader, CALLED_WITHOUT_SENDER);
		}
	}

	private static void called(RuntimeHints hints, @Nullable ClassLoader classLoader, String type) {
		hints.reflection().registerTypeIfPresent(classLoader, type, MemberCategory.INVOKE_PUBLIC_METHODS);
	}

}
