package dev.braintrust.spring.docs;

import java.nio.file.Path;
import java.util.Map;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.Attachments;
import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.ProjectTracer;
import org.jspecify.annotations.Nullable;

/**
 * The snippets of {@code docs/attachments.md}.
 */
class AttachmentsExample {

	private final ProjectTracer tracer;

	AttachmentsExample(ProjectTracer tracer) {
		this.tracer = tracer;
	}

	void assess(Claim claim, byte[] photo, Path report) {
		this.tracer.taskSpan("assess").run((span) -> {
			span.input(Map.of("claim", claim.id(), "photo", Attachments.of(photo).named("front.jpg")));
			span.output(Attachments.of(report));
		});
	}

	record Claim(String id) {
	}

	/**
	 * A filter that only keeps images.
	 */
	static class ImagesOnly implements ContentFilter {

		@Override
		public String filter(String text, Field field) {
			return text;
		}

		@Override
		public @Nullable Attachment filterAttachment(Attachment attachment, Field field) {
			return attachment.contentType().startsWith("image/") ? attachment : null;
		}

	}

}
