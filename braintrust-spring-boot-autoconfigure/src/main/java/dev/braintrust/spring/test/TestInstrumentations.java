package dev.braintrust.spring.test;

import java.util.List;

import dev.braintrust.spring.ClientInstrumentation;
import dev.braintrust.spring.ai.chat.ChatClientInstrumentation;
import dev.braintrust.spring.autoconfigure.ProjectModelPostProcessor;
import dev.braintrust.spring.autoconfigure.ProjectSdkClientPostProcessor;
import dev.braintrust.spring.settings.DeclaredProjects;

import org.springframework.util.ClassUtils;

/**
 * The client instrumentations for tests without an application context.
 */
final class TestInstrumentations {

	private static final boolean SPRING_AI = ClassUtils.isPresent("org.springframework.ai.chat.client.ChatClient",
			TestInstrumentations.class.getClassLoader());

	private TestInstrumentations() {
	}

	static List<ClientInstrumentation> of(DeclaredProjects projects) {
		ClientInstrumentation sdks = ProjectSdkClientPostProcessor.instrumentation(projects::get);
		return SPRING_AI ? List.of(new ChatClientInstrumentation(projects::get),
				ProjectModelPostProcessor.instrumentation(projects::get), sdks) : List.of(sdks);
	}

}
