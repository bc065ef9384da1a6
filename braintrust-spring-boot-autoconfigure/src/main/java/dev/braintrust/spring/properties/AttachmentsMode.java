package dev.braintrust.spring.properties;

/**
 * How the bytes of an attachment are recorded.
 */
public enum AttachmentsMode {

	/**
	 * As base64 in the span itself.
	 */
	BASE64,

	/**
	 * Not at all: the content type and the size alone are recorded.
	 */
	NONE

}
