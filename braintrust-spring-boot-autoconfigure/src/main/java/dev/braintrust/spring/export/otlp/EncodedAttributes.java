package dev.braintrust.spring.export.otlp;

import java.util.function.BiConsumer;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;

/**
 * Attributes with texts in UTF-8, which are copied into a message without becoming
 * strings.
 */
public interface EncodedAttributes extends Attributes {

	// Pass each text as a string or a Text.
	void forEachEncoded(BiConsumer<? super AttributeKey<?>, ? super Object> consumer);

	/**
	 * A text in UTF-8.
	 */
	interface Text {

		// Return the number of bytes.
		int length();

		void copyTo(byte[] target, int place);

	}

}
