package dev.braintrust.spring.autoconfigure;

import java.time.Duration;
import java.util.Random;

import dev.braintrust.spring.Attachments;
import dev.braintrust.spring.BraintrustProjects;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * An application that records an image as base64.
 */
public final class Base64Process {

	private Base64Process() {
	}

	public static void main(String[] arguments) {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(UploadProcess.Application.class)
			.web(WebApplicationType.NONE)
			.properties("braintrust.api-url=" + arguments[0], "braintrust.api-key=sk-test",
					"braintrust.attachments.mode=base64", "braintrust.projects.support.name=Support",
					"spring.main.banner-mode=off")
			.run()) {
			BraintrustProjects projects = context.getBean(BraintrustProjects.class);
			byte[] image = new byte[Integer.parseInt(arguments[1])];
			new Random(1).nextBytes(image);
			projects.tracer("support")
				.rootSpan("turn")
				.input(Character.toString(Integer.parseInt(arguments[2])))
				.metadata("question", Character.toString(Integer.parseInt(arguments[2])))
				.run((span) -> span.output(Attachments.of(image, "image/png")));
			if (!projects.flush(Duration.ofMinutes(1))) {
				throw new IllegalStateException("Not sent");
			}
		}
	}

}
