package dev.braintrust.spring.export.otlp;

import java.util.function.BiConsumer;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;

/**
 * Attributes that have texts in UTF-8, which go into a message without becoming strings.
 */
public interface EncodedAttributes extends Attributes {

	// Each text is a string or a Text.
	void forEachEncoded(BiConsumer<? super AttributeKey<?>, ? super Object> consumer);

	/**
	 * A text in UTF-8.
	 */
	interface Text {

		// How many bytes it has.
		int length();

		void copyTo(byte[] target, int place);

	}

}
