package dev.braintrust.spring.sample.desk;

import org.springframework.ai.content.Media;
import org.springframework.core.io.ClassPathResource;
import org.springframework.util.MimeTypeUtils;

/**
 * The photos of customers. Here they are class path resources; a real application uses an
 * object store. Each turn loads them again, but each is uploaded to Braintrust only once.
 */
final class Photos {

	private Photos() {
	}

	static Media load(String name) {
		return Media.builder()
			.mimeType(MimeTypeUtils.IMAGE_PNG)
			.data(new ClassPathResource("photos/" + name))
			.name(name)
			.build();
	}

}
