package dev.braintrust.spring;

import org.jspecify.annotations.Nullable;

/**
 * Changes or drops content of spans before it is sent. Declare a bean, for all projects
 * or, with {@link BraintrustProject @BraintrustProject}, for one:
 *
 * <pre class="code">
 * &#64;Bean
 * &#64;BraintrustProject("support")
 * ContentFilter mailAddresses() {
 * 	Pattern address = Pattern.compile("[\\w.+-]+@[\\w-]+\\.[\\w.]+");
 * 	return (text, field) -&gt; address.matcher(text).replaceAll("***");
 * }
 * </pre>
 *
 * The filter gets each text: messages, tool arguments, tool results, error messages, and
 * every string and property name inside the objects that you pass as input or output.
 * Images and files go to {@link #filterAttachment}. Filters do not apply to the names of
 * spans, models, tools and roles, to tool definitions, to tags and attributes, or to
 * values that you set with {@link ProjectSpan#metadata(String, Object)}.
 * <p>
 * Several filters run in the order of the beans. They run in the background, after the
 * call, so they never slow a call. A bean gets one call at a time and need not be
 * thread-safe. Projects with filters share two threads; a filter that hangs holds up
 * these projects only. A long text that several spans of a request contain is usually
 * filtered once. If a filter gives two properties of an object the same name, the second
 * one gets a number. If a filter throws, the field is dropped and the span is sent; this
 * is logged once, without the text.
 */
@FunctionalInterface
public interface ContentFilter {

	/**
	 * Filter a text.
	 * @param text the text; tool arguments are JSON
	 * @param field the field that contains it
	 * @return the text to record, or {@code null} to drop the whole field
	 */
	@Nullable String filter(String text, Field field);

	/**
	 * Filter an image, a document, a sound or another attachment, before it is hashed,
	 * encoded or sent. Read its bytes with {@link Attachment#openStream()} if its type,
	 * name and size are not enough.
	 * @param attachment the attachment
	 * @param field the field that contains it
	 * @return the attachment, another one to record instead, or {@code null} to drop it
	 * and keep the rest of the field
	 */
	default @Nullable Attachment filterAttachment(Attachment attachment, Field field) {
		return attachment;
	}

	/**
	 * A field of a span that has content.
	 */
	enum Field {

		/**
		 * The input: messages to a model, arguments of a tool, and your own.
		 */
		INPUT,

		/**
		 * The output: the answer of a model, the result of a tool, and your own.
		 */
		OUTPUT,

		/**
		 * The variables of a Braintrust prompt, and the explanation of a score.
		 */
		METADATA,

		/**
		 * The message and the stack trace of an error.
		 */
		ERROR

	}

}
