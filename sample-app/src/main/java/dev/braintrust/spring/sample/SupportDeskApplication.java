package dev.braintrust.spring.sample;

import dev.braintrust.spring.sample.offline.OfflineServices;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A support desk with two agents, each traced into its own Braintrust project.
 */
@SpringBootApplication
public class SupportDeskApplication {

	public static void main(String[] args) {
		SpringApplication application = new SpringApplication(SupportDeskApplication.class);
		application.addInitializers(new OfflineServices());
		ConfigurableApplicationContext context = application.run(args);
		if (context.getEnvironment().getProperty("sample.once", Boolean.class, false)) {
			System.exit(SpringApplication.exit(context));
		}
	}

}
