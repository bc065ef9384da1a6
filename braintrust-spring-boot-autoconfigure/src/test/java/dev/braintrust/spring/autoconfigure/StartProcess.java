package dev.braintrust.spring.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.support.ScriptedModel;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DeferredImportSelector;
import org.springframework.context.annotation.Import;
import org.springframework.core.type.AnnotationMetadata;

/**
 * An application with a project and a client that starts and records no span.
 */
public final class StartProcess {

	private StartProcess() {
	}

	public static void main(String[] arguments) {
		System.setProperty("spring.backgroundpreinitializer.ignore", "true");
		new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties("braintrust.api-url=http://127.0.0.1:1", "braintrust.api-key=sk-test",
					"braintrust.projects.support.name=Support", "braintrust.check-on-startup=false",
					"spring.main.banner-mode=off")
			.run();
		// Skip the shutdown, whose classes must not count.
		Runtime.getRuntime().halt(0);
	}

	@Configuration(proxyBeanMethods = false)
	@Import(Starter.class)
	static class Application {

		@Bean
		@BraintrustProject("support")
		ChatClient supportChat() {
			return ChatClient.create(new ScriptedModel());
		}

	}

	/**
	 * Only the starter's auto-configurations, without the others on the test class path.
	 */
	static final class Starter implements DeferredImportSelector {

		@Override
		public String[] selectImports(AnnotationMetadata importing) {
			List<String> names = new ArrayList<>();
			for (String name : ImportCandidates.load(AutoConfiguration.class, Starter.class.getClassLoader())) {
				if (name.startsWith("dev.braintrust.")) {
					names.add(name);
				}
			}
			return names.toArray(new String[0]);
		}

	}

}
