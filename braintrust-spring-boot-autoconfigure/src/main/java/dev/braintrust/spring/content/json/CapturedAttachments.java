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
 * The attachments inside an application object. The object becomes JSON immediately, with
 * a mark in the place of each attachment; the attachments are written when the span is
 * sent. The mark is random, so a text of the application cannot be mistaken for one.
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

	// Return the attachment or note of a mark, or null for any other text.
	public @Nullable Object get(String text) {
		return text.startsWith(this.mark) ? this.attachments.get(Integer.parseInt(text.substring(this.mark.length())))
				: null;
	}

	// Return the attachment at an index.
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
