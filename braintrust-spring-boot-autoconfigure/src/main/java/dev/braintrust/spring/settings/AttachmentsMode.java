package dev.braintrust.spring.settings;

/**
 * How the bytes of an attachment are recorded.
 */
public enum AttachmentsMode {

	/**
	 * As a reference in the span; the bytes are uploaded to Braintrust.
	 */
	UPLOAD,

	/**
	 * As base64 in the span itself.
	 */
	BASE64,

	/**
	 * Not at all: the content type, the name and the size alone are recorded.
	 */
	NONE

}
