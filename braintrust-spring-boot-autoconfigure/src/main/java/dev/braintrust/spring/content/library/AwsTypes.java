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
 * Writes models of the AWS SDK for Java 2, which Jackson cannot read because they only
 * have fluent accessors. The SDK's field descriptions give the fields and their names in
 * requests. Fields that the SDK redacts in {@code toString()} are redacted here, too.
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
	 * Writes the models of one class. Only {@code toString()} shows which fields the SDK
	 * redacts, and it contains all bytes in hexadecimal, so it is called only once for
	 * each field.
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

		// A default value does not appear in toString(), so for a field with a default
		// the answer may differ between objects.
		private boolean isRedacted(SdkField<?> field, Supplier<String> text) {
			String mark = field.memberName() + "=" + REDACTED;
			return field.containsTrait(DefaultValueTrait.class) ? text.get().contains(mark)
					: this.redacted.computeIfAbsent(field.memberName(), (name) -> text.get().contains(mark));
		}

	}

}
