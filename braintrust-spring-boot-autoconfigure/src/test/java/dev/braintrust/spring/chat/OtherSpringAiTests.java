package dev.braintrust.spring.chat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Set;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that an application starts with a version of Spring AI whose classes the starter
 * cannot extend: what the context creates needs none of the classes that do.
 */
class OtherSpringAiTests {

	@ParameterizedTest
	@ValueSource(classes = { BraintrustChatAutoConfiguration.class, ProjectChatClientPostProcessor.class,
			ChatClientInstrumentation.class, TracedClients.class, ClientOwners.class, ChatRuntimeHints.class })
	void classesThatTheContextNeedsAreInitialized(Class<?> type) throws ClassNotFoundException {
		ClassLoader loader = new OtherSpringAi();
		assertThat(Class.forName(type.getName(), true, loader).getClassLoader()).isSameAs(loader);
	}

	/**
	 * Loads the classes of this package anew, but those that extend classes of Spring AI.
	 */
	private static final class OtherSpringAi extends ClassLoader {

		private static final Set<String> EXTENDING = Set.of("ProjectChatClient", "ProjectChatClientBuilder",
				"ProjectRequestSpec", "ProjectCallResponseSpec", "ProjectToolAdvisorBuilder", "ClientState");

		private static final String PACKAGE = ClassUtils.getPackageName(ChatTracing.class) + ".";

		OtherSpringAi() {
			super(ChatTracing.class.getClassLoader());
		}

		@Override
		protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
			if (!name.startsWith(PACKAGE)) {
				return super.loadClass(name, resolve);
			}
			if (EXTENDING.contains(name.substring(PACKAGE.length()))) {
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
