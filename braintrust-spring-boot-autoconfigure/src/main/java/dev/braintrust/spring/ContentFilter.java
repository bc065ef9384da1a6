package dev.braintrust.spring;

import org.jspecify.annotations.Nullable;

/**
 * Sees each text of the content of spans before it is written anywhere, and may change
 * it: the texts of messages, the arguments and results of tools, every string and every
 * name of a property inside the objects that the application gives as input or output,
 * and the messages of errors.
 * <p>
 * A bean of this type filters the content of all projects or, annotated with
 * {@link BraintrustProject @BraintrustProject}, of one. Several are asked in their order.
 * A filter is asked in the background, after the call it is about has returned, so it
 * slows no call, and knows nothing of the thread of the call. A bean is asked by one
 * thread at a time, so it need not be thread-safe. Projects with filters share two
 * threads; a filter that hangs holds up those, and no others. For a long text that
 * several spans of a request carry, and for a name that many objects have, it is mostly
 * asked once. If it gives two properties of an object the same name, the second one is
 * numbered. A filter that throws drops the field that the text is part of, not the span;
 * this is logged once, without the text.
 * <p>
 * Attachments are no texts: {@link #filterAttachment} sees them.
 * <p>
 * Names, such as those of models, tools and roles, are no content, and neither are names
 * and values that the application sets by {@link ProjectSpan#metadata(String, Object)}.
 */
@FunctionalInterface
public interface ContentFilter {

	/**
	 * Filter a text.
	 * @param text the text, which may itself be JSON, such as the arguments of a tool
	 * @param field the field that it is part of
	 * @return the text to record, or {@code null} to drop the whole field
	 */
	@Nullable String filter(String text, Field field);

	/**
	 * Filter an image, a document, a sound or any other attachment, before it is hashed,
	 * encoded or sent. Its type, its name and its size are at hand; its bytes are there
	 * for who asks for them.
	 * @param attachment the attachment
	 * @param field the field that it is part of
	 * @return the attachment, another one to record in its place, or {@code null} to drop
	 * it, which leaves the field as it is otherwise
	 */
	default @Nullable Attachment filterAttachment(Attachment attachment, Field field) {
		return attachment;
	}

	/**
	 * A field of a span that has content.
	 */
	enum Field {

		/**
		 * What went in: messages to a model, arguments of a tool.
		 */
		INPUT,

		/**
		 * What came out: the answer of a model, the result of a tool.
		 */
		OUTPUT,

		/**
		 * The variables of a prompt of Braintrust.
		 */
		METADATA,

		/**
		 * The message and the stack trace of an error.
		 */
		ERROR

	}

}
