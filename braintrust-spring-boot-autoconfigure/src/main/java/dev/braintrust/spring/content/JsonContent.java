package dev.braintrust.spring.content;

import dev.braintrust.spring.content.json.CapturedAttachments;
import dev.braintrust.spring.content.json.CapturedJson;
import dev.braintrust.spring.content.json.JsonCopy;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Writes the content in captured JSON: its texts, its numbers, the names of its
 * properties, and its attachments.
 */
final class JsonContent implements JsonCopy.Content {

	private static final String VARIABLES = "variables";

	private final JsonTexts texts;

	private final JsonGenerator json;

	private final @Nullable CapturedAttachments attachments;

	private final boolean filtered;

	// The names of properties at this depth are structure.
	private final int structure;

	private final boolean variables;

	private final PropertyNames names;

	JsonContent(JsonTexts texts, JsonGenerator json, CapturedJson captured, boolean filtered) {
		this(texts, json, captured, filtered, 0, true);
	}

	private JsonContent(JsonTexts texts, JsonGenerator json, CapturedJson captured, boolean filtered, int structure,
			boolean variables) {
		this.texts = texts;
		this.json = json;
		this.attachments = captured.attachments();
		this.filtered = filtered;
		this.structure = structure;
		this.variables = variables;
		this.names = texts.names();
	}

	// A prompt of Braintrust. The names of its own properties are structure.
	static JsonContent ofPrompt(JsonTexts texts, JsonGenerator json, CapturedJson prompt, boolean variables) {
		return new JsonContent(texts, json, prompt, true, json.streamWriteContext().getNestingDepth() + 1, variables);
	}

	@Override
	public boolean name(String name) {
		boolean structure = this.json.streamWriteContext().getNestingDepth() <= this.structure;
		if (structure && !this.variables && name.equals(VARIABLES)) {
			return false;
		}
		boolean kept = structure || !this.filtered;
		this.json.writeName(kept ? name : this.names.filter(name, this.json.streamWriteContext()));
		return true;
	}

	@Override
	public void string(String text) {
		Object attachment = (this.attachments != null) ? this.attachments.get(text) : null;
		if (attachment != null) {
			this.texts.recorded(attachment).writeValue(this.json);
		}
		else if (this.filtered) {
			this.texts.write(this.json, text);
		}
		else {
			this.texts.writeUnfiltered(this.json, text);
		}
	}

	// A number of an account or of a card is content as well.
	@Override
	public void number(String number) {
		String written = this.filtered ? this.texts.filtered(number) : number;
		if (written.equals(number)) {
			this.json.writeNumber(number);
		}
		else {
			this.json.writeString(written);
		}
	}

}
