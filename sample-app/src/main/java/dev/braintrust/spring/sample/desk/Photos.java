package dev.braintrust.spring.sample.desk;

import org.springframework.ai.content.Media;
import org.springframework.core.io.ClassPathResource;
import org.springframework.util.MimeTypeUtils;

/**
 * Where the photos of customers are kept: here among the resources, elsewhere in a store
 * of objects. Each turn loads them anew, and Braintrust gets each of them once.
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
