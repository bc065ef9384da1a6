package dev.braintrust.spring.project;

import dev.braintrust.spring.properties.BraintrustProperties;
import dev.braintrust.spring.properties.InvalidBraintrustPropertyException;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * The project of clients that no annotation gives to one.
 */
final class DefaultProject {

	private static final String PROPERTY = "braintrust.default-project";

	private DefaultProject() {
	}

	static @Nullable String of(BraintrustProperties properties) {
		String key = properties.getDefaultProject();
		if (!StringUtils.hasText(key)) {
			return null;
		}
		if (!properties.getProjects().containsKey(key)) {
			throw new InvalidBraintrustPropertyException(PROPERTY,
					"names the project '" + key + "', which is not declared",
					KnownKeys.remedy(key, properties.getProjects().keySet()));
		}
		return key;
	}

}
