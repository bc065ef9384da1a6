package dev.braintrust.spring.content.library;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.content.json.GuardedModule;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes the mapper that writes the values of an application.
 */
public final class ValueMapper {

	private static final String JACKSON_2 = "com.fasterxml.jackson.databind.ObjectMapper";

	private ValueMapper() {
	}

	// A mapper keeps the classes that it has written, so none is shared by application
	// contexts.
	public static JsonMapper create(ValueSerializer<Attachment> attachments) {
		Jackson2 jackson2 = LibraryTypes.isPresent(JACKSON_2) ? new Jackson2() : null;
		return JsonMapper.builder()
			.annotationIntrospector(new ContentAnnotations(jackson2))
			.addModule(new GuardedModule(new LibraryTypes(jackson2), attachments))
			.disable(SerializationFeature.FAIL_ON_SELF_REFERENCES)
			.disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
			.disable(SerializationFeature.WRAP_EXCEPTIONS)
			.build();
	}

}
