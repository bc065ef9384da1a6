package dev.braintrust.spring.autoconfigure;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

import dev.braintrust.spring.Attachments;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.trace.SpanDestination;
import dev.braintrust.spring.upload.AttachmentStatus;
import dev.braintrust.spring.upload.AttachmentUploads;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * An application that attaches 500 images of 1 MB, as fast as the budget allows.
 */
public final class UploadProcess {

	static final int COUNT = 500;

	private static final int SIZE = 1_000_000;

	private static final long FULL = 30L * SIZE;

	private UploadProcess() {
	}

	public static void main(String[] arguments) {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.NONE)
			.properties("braintrust.api-url=" + arguments[0], "braintrust.api-key=sk-test",
					"braintrust.projects.support.name=Support", "spring.main.banner-mode=off")
			.run()) {
			BraintrustProjects projects = context.getBean(BraintrustProjects.class);
			AttachmentUploads uploads = context.getBean(SpanDestination.class).uploads();
			for (int i = 0; i < COUNT; i++) {
				byte[] image = new byte[SIZE];
				new Random(i).nextBytes(image);
				projects.tracer("support").rootSpan("turn").input(Attachments.of(image, "image/png")).run((span) -> {
				});
				while (uploads.status("support").waitingBytes() > FULL) {
					LockSupport.parkNanos(1_000_000);
				}
			}
			boolean flushed = projects.flush(Duration.ofMinutes(1));
			AttachmentStatus status = uploads.status("support");
			if (!flushed || status.uploaded() != COUNT) {
				throw new IllegalStateException("Not all was uploaded: " + status);
			}
		}
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(BraintrustAutoConfiguration.class)
	static class Application {

	}

}
