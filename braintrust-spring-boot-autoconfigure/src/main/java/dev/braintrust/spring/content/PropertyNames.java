package dev.braintrust.spring.content;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import dev.braintrust.spring.ContentFilter;
import tools.jackson.core.TokenStreamContext;

/**
 * Filters the names of properties, which are content where an object of the application
 * or JSON of a tool has them. The same few names stand in most objects, so a filter is
 * asked once for each. Where it gives two properties of an object the same name, the
 * second one is numbered, so both values stay.
 */
final class PropertyNames {

	private static final int MAX_KNOWN = 1000;

	private final TextFilter filter;

	private final Map<ContentFilter.Field, Map<String, String>> known = new EnumMap<>(ContentFilter.Field.class);

	// The names of the objects that are being written, by their depth.
	private final Map<Integer, Names> open = new HashMap<>();

	private ContentFilter.Field field = ContentFilter.Field.INPUT;

	PropertyNames(TextFilter filter) {
		this.filter = filter;
	}

	// Start a text.
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
		Names names = this.open.get(depth);
		if (names == null || object.getEntryCount() == 0) {
			names = new Names();
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
	 * The names that an object has so far.
	 */
	private static final class Names {

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
