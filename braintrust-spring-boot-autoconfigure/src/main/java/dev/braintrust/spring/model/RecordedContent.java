package dev.braintrust.spring.model;

import java.util.HashMap;
import java.util.Map;

import dev.braintrust.spring.properties.AttachmentsMode;
import dev.braintrust.spring.properties.BraintrustProperties;
import dev.braintrust.spring.properties.ProjectSettings;
import dev.braintrust.spring.properties.ProjectSettingsResolver;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.Environment;

/**
 * What a project records of a call. What it does not record is neither read nor held.
 *
 * @param input whether it records inputs
 * @param output whether it records outputs
 * @param bytes whether it records the bytes of attachments
 */
record RecordedContent(boolean input, boolean output, boolean bytes) {

	static final RecordedContent ALL = new RecordedContent(true, true, true);

	/**
	 * What each declared project records.
	 * @param properties the properties, or {@code null} where there are none
	 * @param environment the environment
	 * @return the content by the key of the project
	 */
	static Map<String, RecordedContent> of(@Nullable BraintrustProperties properties, Environment environment) {
		Map<String, RecordedContent> content = new HashMap<>();
		if (properties != null) {
			new ProjectSettingsResolver(properties, environment).resolve()
				.forEach((settings) -> content.put(settings.key(), of(settings)));
		}
		return content;
	}

	private static RecordedContent of(ProjectSettings settings) {
		return new RecordedContent(settings.capture().input(), settings.capture().output(),
				settings.attachments() != AttachmentsMode.NONE);
	}

}
