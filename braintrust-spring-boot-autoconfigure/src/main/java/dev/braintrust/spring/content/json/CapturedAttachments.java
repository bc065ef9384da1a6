package dev.braintrust.spring.content.json;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import dev.braintrust.spring.Attachment;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.jsontype.TypeSerializer;

/**
 * The attachments inside an object of the application. Its JSON, which is made at once,
 * has a mark in the place of each; what stands there is written when the span is sent.
 * The mark is random, so no text of the application can be taken for one.
 */
public final class CapturedAttachments {

	private final List<Object> attachments = new ArrayList<>(0);

	private String mark = "";

	String add(Attachment attachment) {
		if (this.mark.isEmpty()) {
			this.mark = "attachment-" + UUID.randomUUID() + "-";
		}
		this.attachments.add(attachment);
		return this.mark + (this.attachments.size() - 1);
	}

	boolean isEmpty() {
		return this.attachments.isEmpty();
	}

	public int size() {
		return this.attachments.size();
	}

	// What stands for a mark.
	public @Nullable Object get(String text) {
		return text.startsWith(this.mark) ? this.attachments.get(Integer.parseInt(text.substring(this.mark.length())))
				: null;
	}

	// The attachment of a place.
	public Attachment get(int index) {
		return (Attachment) this.attachments.get(index);
	}

	public void replace(int index, String note) {
		this.attachments.set(index, note);
	}

	/**
	 * Writes the mark of an attachment.
	 */
	static final class Serializer extends ValueSerializer<Attachment> {

		private final ValueSerializer<Attachment> written;

		Serializer(ValueSerializer<Attachment> written) {
			this.written = written;
		}

		@Override
		public void serialize(Attachment value, JsonGenerator json, SerializationContext context) {
			if (context.getAttribute(CapturedAttachments.class) instanceof CapturedAttachments captured) {
				json.writeString(captured.add(value));
			}
			else {
				this.written.serialize(value, json, context);
			}
		}

		@Override
		public void serializeWithType(Attachment value, JsonGenerator json, SerializationContext context,
				TypeSerializer typeSerializer) {
			serialize(value, json, context);
		}

	}

}
