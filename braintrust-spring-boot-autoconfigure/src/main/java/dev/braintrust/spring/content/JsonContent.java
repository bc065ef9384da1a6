package dev.braintrust.spring.content;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.content.json.CapturedAttachments;
import dev.braintrust.spring.content.json.CapturedJson;
import dev.braintrust.spring.content.json.JsonCopy;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.TokenStreamContext;

/**
 * Writes captured JSON: texts, numbers, property names and attachments.
 */
final class JsonContent implements JsonCopy.Content {

	private static final String VARIABLES = "variables";

	private final JsonTexts texts;

	private final JsonGenerator json;

	private final @Nullable CapturedAttachments attachments;

	private final boolean filtered;

	// Property names up to this depth are structure and are not filtered.
	private final int structure;

	private final boolean variables;

	private final Names names;

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

	// Write a Braintrust prompt. The names of its own properties are structure.
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

	// An account or card number is content, too.
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

	/**
	 * Filters property names, which are content if they come from an application object
	 * or a tool's JSON. The same few names occur in most objects, so filters see each
	 * only once. If a filter maps two properties of an object to the same name, the
	 * second one is numbered, so that both values remain.
	 */
	static final class Names {

		private static final int MAX_KNOWN = 1000;

		private final TextFilter filter;

		private final Map<ContentFilter.Field, Map<String, String>> known = new EnumMap<>(ContentFilter.Field.class);

		// The names used in each open object, by depth.
		private final Map<Integer, Used> open = new HashMap<>();

		private ContentFilter.Field field = ContentFilter.Field.INPUT;

		Names(TextFilter filter) {
			this.filter = filter;
		}

		// Start a new value.
		void start(ContentFilter.Field field) {
			this.field = field;
			this.open.clear();
		}

		String filter(String name, TokenStreamContext object) {
			if (this.filter.isEmpty()) {
				return name;
			}
			String filtered = filter(name);
			int depth = object.getNestingDepth();
			Used names = this.open.get(depth);
			if (names == null || object.getEntryCount() == 0) {
				names = new Used();
				this.open.put(depth, names);
			}
			return names.add(filtered);
		}

		private String filter(String name) {
			Map<String, String> known = this.known.computeIfAbsent(this.field, (field) -> new HashMap<>());
			String filtered = known.get(name);
			if (filtered == null) {
				filtered = this.filter.apply(name, this.field);
				if (known.size() < MAX_KNOWN) {
					known.put(name, filtered);
				}
			}
			return filtered;
		}

		/**
		 * The names that an object already has.
		 */
		private static final class Used {

			private final Set<String> written = new HashSet<>();

			private final Map<String, Integer> repeated = new HashMap<>();

			String add(String name) {
				String unique = name;
				while (!this.written.add(unique)) {
					unique = name + " (" + this.repeated.merge(name, 2, (count, first) -> count + 1) + ")";
				}
				return unique;
			}

		}

	}

}
