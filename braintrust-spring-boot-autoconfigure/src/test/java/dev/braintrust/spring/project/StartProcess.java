package dev.braintrust.spring.project;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Configuration;

/**
 * An application that has a project, and starts without a span.
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
		// What is loaded by the end is of no interest.
		Runtime.getRuntime().halt(0);
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(BraintrustAutoConfiguration.class)
	static class Application {

	}

}
