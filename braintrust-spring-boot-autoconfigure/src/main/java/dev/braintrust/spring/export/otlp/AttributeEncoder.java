package dev.braintrust.spring.export.otlp;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.common.ValueType;

/**
 * Adds attributes to a message, as {@code KeyValue} of {@code opentelemetry-proto}. The
 * type is taken from the value, since the types of keys differ between versions of
 * OpenTelemetry.
 */
final class AttributeEncoder {

	private static final int KEY_VALUE_KEY = 1;

	private static final int KEY_VALUE_VALUE = 2;

	private static final int ANY_STRING = 1;

	private static final int ANY_BOOL = 2;

	private static final int ANY_INT = 3;

	private static final int ANY_DOUBLE = 4;

	private static final int ANY_ARRAY = 5;

	private static final int ANY_KEY_VALUES = 6;

	private static final int ANY_BYTES = 7;

	private static final int VALUES = 1;

	private final ProtobufMessage message;

	AttributeEncoder(ProtobufMessage message) {
		this.message = message;
	}

	void add(int field, Attributes attributes) {
		List<Object> keysAndValues = new ArrayList<>(2 * attributes.size());
		BiConsumer<AttributeKey<?>, Object> collector = (key, value) -> {
			keysAndValues.add(key.getKey());
			keysAndValues.add(value);
		};
		if (attributes instanceof EncodedAttributes encoded) {
			encoded.forEachEncoded(collector);
		}
		else {
			attributes.forEach(collector);
		}
		for (int i = keysAndValues.size() - 2; i >= 0; i -= 2) {
			addKeyValue(field, (String) keysAndValues.get(i), keysAndValues.get(i + 1));
		}
	}

	private void addKeyValue(int field, String key, Object value) {
		int before = this.message.length();
		addAny(KEY_VALUE_VALUE, value);
		this.message.addText(KEY_VALUE_KEY, key);
		this.message.nest(field, before);
	}

	private void addAny(int field, Object value) {
		int before = this.message.length();
		addValue(value);
		this.message.nest(field, before);
	}

	private void addValue(Object value) {
		if (value instanceof String text) {
			this.message.addText(ANY_STRING, text);
		}
		else if (value instanceof EncodedAttributes.Text text) {
			this.message.addText(ANY_STRING, text);
		}
		else if (value instanceof Boolean flag) {
			this.message.addVarint(ANY_BOOL, flag ? 1 : 0);
		}
		else if (value instanceof Long number) {
			this.message.addVarint(ANY_INT, number);
		}
		else if (value instanceof Double number) {
			this.message.addFixed64(ANY_DOUBLE, Double.doubleToRawLongBits(number));
		}
		else if (value instanceof List<?> values) {
			addArray(values);
		}
		else if (value instanceof Value<?> wrapper) {
			addWrapped(wrapper);
		}
	}

	private void addWrapped(Value<?> wrapper) {
		Object value = wrapper.getValue();
		if (value instanceof ByteBuffer buffer) {
			byte[] bytes = new byte[buffer.remaining()];
			buffer.duplicate().get(bytes);
			this.message.addBytes(ANY_BYTES, bytes);
		}
		else if (wrapper.getType() == ValueType.KEY_VALUE_LIST && value instanceof List<?> entries) {
			addKeyValues(entries);
		}
		else if (!(value instanceof Value<?>)) {
			addValue(value);
		}
	}

	private void addArray(List<?> values) {
		int before = this.message.length();
		this.message.addAll(VALUES, values, this::addValue);
		this.message.nest(ANY_ARRAY, before);
	}

	private void addKeyValues(List<?> entries) {
		int before = this.message.length();
		for (int i = entries.size() - 1; i >= 0; i--) {
			if (entries.get(i) instanceof KeyValue entry) {
				addKeyValue(VALUES, entry.getKey(), entry.getValue());
			}
		}
		this.message.nest(ANY_KEY_VALUES, before);
	}

}
