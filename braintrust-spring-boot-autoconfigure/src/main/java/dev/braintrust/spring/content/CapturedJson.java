package dev.braintrust.spring.content;

/**
 * A value that was written as JSON when it was captured, since it could have changed
 * later.
 *
 * @param json the JSON
 */
record CapturedJson(String json) {

	static final CapturedJson NULL = new CapturedJson("null");

}
