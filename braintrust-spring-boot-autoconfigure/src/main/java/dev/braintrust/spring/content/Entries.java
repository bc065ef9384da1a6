package dev.braintrust.spring.content;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;

import dev.braintrust.spring.content.json.ContentSize;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a field that is an object, in the order in which they were added. A span
 * usually has few, so one array is enough; a map would need an object for each entry.
 * There are at most {@value #MAX_ENTRIES}; one last entry holds the number of dropped
 * ones.
 */
final class Entries implements ContentSize.Sized {

	static final int MAX_ENTRIES = 1000;

	static final String DROPPED = "braintrust.dropped";

	private static final int FEW = 32;

	private Object[] keysAndValues = new Object[16];

	private int end;

	private @Nullable Map<String, Integer> places;

	private int dropped;

	static Entries put(@Nullable Entries entries, String key, Object value) {
		Entries target = (entries != null) ? entries : new Entries();
		target.put(key, value);
		return target;
	}

	private void put(String key, Object value) {
		int place = place(key);
		if (place >= 0) {
			this.keysAndValues[place + 1] = value;
		}
		else if (this.end < 2 * MAX_ENTRIES) {
			add(key, value);
		}
		else {
			this.dropped++;
		}
	}

	private void add(String key, Object value) {
		if (this.end == this.keysAndValues.length) {
			this.keysAndValues = Arrays.copyOf(this.keysAndValues, 2 * this.end);
		}
		if (this.places != null) {
			this.places.put(key, this.end);
		}
		this.keysAndValues[this.end++] = key;
		this.keysAndValues[this.end++] = value;
	}

	private int place(String key) {
		if (this.places == null && this.end < FEW) {
			for (int i = 0; i < this.end; i += 2) {
				if (this.keysAndValues[i].equals(key)) {
					return i;
				}
			}
			return -1;
		}
		if (this.places == null) {
			this.places = new HashMap<>();
			for (int i = 0; i < this.end; i += 2) {
				this.places.put((String) this.keysAndValues[i], i);
			}
		}
		return this.places.getOrDefault(key, -1);
	}

	// Copy the entries and replace one value.
	Entries with(Object value, Object replacement) {
		Entries copy = new Entries();
		copy.dropped = this.dropped;
		forEachKept((key, entry) -> copy.put(key, (entry != value) ? entry : replacement));
		return copy;
	}

	// Copy the entries without some of them. Return null if no entry is left.
	@Nullable Entries without(BiPredicate<String, Object> test) {
		Entries copy = new Entries();
		copy.dropped = this.dropped;
		forEachKept((key, value) -> {
			if (!test.test(key, value)) {
				copy.put(key, value);
			}
		});
		return (copy.end > 0) ? copy : null;
	}

	@Nullable Object get(String key) {
		int place = place(key);
		return (place >= 0) ? this.keysAndValues[place + 1] : null;
	}

	// Return the numeric values.
	Map<String, Number> numbers() {
		Map<String, Number> numbers = new LinkedHashMap<>();
		forEachKept((key, value) -> {
			if (value instanceof Number number) {
				numbers.put(key, number);
			}
		});
		return numbers;
	}

	void forEach(BiConsumer<String, Object> action) {
		forEachKept(action);
		if (this.dropped > 0) {
			action.accept(DROPPED, this.dropped);
		}
	}

	private void forEachKept(BiConsumer<String, Object> action) {
		for (int i = 0; i < this.end; i += 2) {
			action.accept((String) this.keysAndValues[i], this.keysAndValues[i + 1]);
		}
	}

	@Override
	public long size() {
		long size = 0;
		for (int i = 0; i < this.end; i++) {
			size += ContentSize.of(this.keysAndValues[i]);
		}
		return size;
	}

}
