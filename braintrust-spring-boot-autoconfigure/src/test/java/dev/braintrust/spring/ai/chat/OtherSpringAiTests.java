package dev.braintrust.spring.ai.chat;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.autoconfigure.BraintrustChatAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustRuntimeHints;
import dev.braintrust.spring.autoconfigure.ProjectChatClientPostProcessor;
import dev.braintrust.spring.test.RecordedSpans;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.Mockito;
import reactor.core.publisher.Flux;
import reactor.util.context.Context;

import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that an application starts with a version of Spring AI whose classes the starter
 * cannot extend: the context must not load the starter's subclasses of them.
 */
class OtherSpringAiTests {

	@ParameterizedTest
	@ValueSource(classes = { BraintrustChatAutoConfiguration.class, ProjectChatClientPostProcessor.class,
			ChatClientInstrumentation.class, TracedClients.class, BraintrustRuntimeHints.Chat.class })
	void classesThatTheContextNeedsAreInitialized(Class<?> type) throws ClassNotFoundException {
		ClassLoader loader = new OtherSpringAi();
		assertThat(Class.forName(type.getName(), true, loader).getClassLoader()).isSameAs(loader);
	}

	@Test
	void streamGoesOnIfItsSpansCannotBeFound() {
		Context context = Mockito.mock(Context.class);
		Mockito.when(context.getOrDefault(Mockito.any(), Mockito.any())).thenThrow(new NoSuchMethodError());
		ProjectTracer tracer = new RecordedSpans().projects("support").tracer("support");
		ChatTracing tracing = new ChatTracing(tracer, "chat", null, true, new RunContext.ScheduledRuns());
		ChatClientResponse response = ChatClientResponse.builder().build();
		Flux<ChatClientResponse> stream = ObservedChain.Stream.of(Flux.just(response), new AgentRequest(
				new AgentRuns(tracing), ChatClientRequest.builder().prompt(new Prompt("hello")).build()));
		List<ChatClientResponse> received = new ArrayList<>();
		stream.subscribe(received::add, null, null, context);
		assertThat(received).containsExactly(response);
	}

	/**
	 * Loads the tracing classes again, except those that extend classes of Spring AI.
	 */
	private static final class OtherSpringAi extends ClassLoader {

		private static final Set<String> EXTENDING = Set.of("ProjectChatClient", "ProjectChatClientBuilder",
				"ProjectRequestSpec", "ProjectCallResponseSpec", "ProjectToolCallingManager$AdvisorBuilder",
				"ClientState");

		private static final List<String> PACKAGES = List.of(ClassUtils.getPackageName(ChatTracing.class) + ".",
				ClassUtils.getPackageName(BraintrustChatAutoConfiguration.class) + ".");

		OtherSpringAi() {
			super(ChatTracing.class.getClassLoader());
		}

		@Override
		protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
			if (PACKAGES.stream().noneMatch(name::startsWith)) {
				return super.loadClass(name, resolve);
			}
			if (EXTENDING.contains(name.substring(name.lastIndexOf('.') + 1))) {
				throw new IncompatibleClassChangeError(name + " cannot inherit from final class");
			}
			Class<?> known = findLoadedClass(name);
			return (known != null) ? known : define(name);
		}

		private Class<?> define(String name) throws ClassNotFoundException {
			try (InputStream input = getResourceAsStream(name.replace('.', '/') + ".class")) {
				byte[] bytes = input.readAllBytes();
				return defineClass(name, bytes, 0, bytes.length);
			}
			catch (IOException ex) {
				throw new ClassNotFoundException(name, ex);
			}
		}

	}

}
