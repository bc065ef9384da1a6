package dev.braintrust.spring.content.library;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import dev.braintrust.spring.content.json.PlainSerializer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.BytesWrapper;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.core.traits.DefaultValueTrait;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;

import org.springframework.util.function.SingletonSupplier;

/**
 * Models of the AWS SDK for Java 2, which have fluent accessors alone: their fields as
 * the SDK describes them, under the names that they have in requests. What the SDK
 * redacts in its texts is redacted here.
 */
final class AwsTypes {

	private static final String REDACTED = "*** Sensitive Data Redacted ***";

	private AwsTypes() {
	}

	static @Nullable ValueSerializer<?> find(Class<?> type) {
		if (SdkPojo.class.isAssignableFrom(type)) {
			return new Pojo();
		}
		if (Document.class.isAssignableFrom(type)) {
			return new PlainSerializer<>(AwsTypes::writeDocument);
		}
		return BytesWrapper.class.isAssignableFrom(type) ? new PlainSerializer<>(AwsTypes::writeBytes) : null;
	}

	private static void writeDocument(Document value, JsonGenerator json, SerializationContext context) {
		if (value.isNumber()) {
			json.writeNumber(value.asNumber().bigDecimalValue());
		}
		else if (value.isMap() || value.isList()) {
			context.writeValue(json, value.isMap() ? value.asMap() : value.asList());
		}
		else {
			context.writeValue(json, value.unwrap());
		}
	}

	private static void writeBytes(BytesWrapper value, JsonGenerator json, SerializationContext context) {
		json.writeString("[" + value.asByteArrayUnsafe().length + " bytes]");
	}

	/**
	 * Writes the models of one class. Only its text tells which fields the SDK redacts,
	 * and holds all bytes in hexadecimal: it is asked for once a field.
	 */
	private static final class Pojo extends ValueSerializer<SdkPojo> {

		private final Map<String, Boolean> redacted = new ConcurrentHashMap<>();

		@Override
		public void serialize(SdkPojo value, JsonGenerator json, SerializationContext context) {
			Supplier<String> text = SingletonSupplier.of(value::toString);
			json.writeStartObject(value);
			for (SdkField<?> field : value.sdkFields()) {
				Object content = field.getValueOrDefault(value);
				boolean absent = content == null || content instanceof SdkAutoConstructList
						|| content instanceof SdkAutoConstructMap;
				if (!absent) {
					json.writeName(field.locationName());
					boolean redacted = isRedacted(field, text);
					context.writeValue(json, redacted ? "[redacted]" : content);
				}
			}
			json.writeEndObject();
		}

		// The text of a default value is that of no value, and tells nothing.
		private boolean isRedacted(SdkField<?> field, Supplier<String> text) {
			String mark = field.memberName() + "=" + REDACTED;
			return field.containsTrait(DefaultValueTrait.class) ? text.get().contains(mark)
					: this.redacted.computeIfAbsent(field.memberName(), (name) -> text.get().contains(mark));
		}

	}

}
