package dev.braintrust.spring.content.library;

import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ValueSerializer;

/**
 * Messages of Protocol Buffers, as their mapping to JSON has them.
 */
final class ProtobufTypes {

	private ProtobufTypes() {
	}

	static @Nullable ValueSerializer<?> find(Class<?> type) {
		return MessageOrBuilder.class.isAssignableFrom(type) ? new JsonTextTypes.Text(ProtobufTypes::text) : null;
	}

	private static String text(Object message) throws Exception {
		return JsonFormat.printer().omittingInsignificantWhitespace().print((MessageOrBuilder) message);
	}

}
