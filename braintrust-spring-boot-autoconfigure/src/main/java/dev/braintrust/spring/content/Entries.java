package dev.braintrust.spring.content;

import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;

import org.jspecify.annotations.Nullable;

/**
 * The few entries of an object-valued field of a span, in the order in which they were
 * added. It costs one array, where a map would cost an object an entry.
 */
final class Entries {

	private static final int INITIAL = 16;

	private Object[] keysAndValues = new Object[INITIAL];

	private int end;

	private Entries() {
	}

	static Entries put(@Nullable Entries entries, String key, Object value) {
		Entries target = (entries != null) ? entries : new Entries();
		target.put(key, value);
		return target;
	}

	private void put(String key, Object value) {
		for (int i = 0; i < this.end; i += 2) {
			if (this.keysAndValues[i].equals(key)) {
				this.keysAndValues[i + 1] = value;
				return;
			}
		}
		if (this.end == this.keysAndValues.length) {
			this.keysAndValues = Arrays.copyOf(this.keysAndValues, 2 * this.end);
		}
		this.keysAndValues[this.end++] = key;
		this.keysAndValues[this.end++] = value;
	}

	// The same entries with another value in one place.
	Entries with(Object value, Object replacement) {
		Entries copy = new Entries();
		forEach((key, entry) -> copy.put(key, (entry != value) ? entry : replacement));
		return copy;
	}

	// The value of a key.
	@Nullable Object get(String key) {
		for (int i = 0; i < this.end; i += 2) {
			if (this.keysAndValues[i].equals(key)) {
				return this.keysAndValues[i + 1];
			}
		}
		return null;
	}

	// Whether there is an entry that a test does not tell.
	boolean hasOtherThan(BiPredicate<String, Object> test) {
		for (int i = 0; i < this.end; i += 2) {
			if (!test.test((String) this.keysAndValues[i], this.keysAndValues[i + 1])) {
				return true;
			}
		}
		return false;
	}

	void forEach(BiConsumer<String, Object> action) {
		for (int i = 0; i < this.end; i += 2) {
			action.accept((String) this.keysAndValues[i], this.keysAndValues[i + 1]);
		}
	}

}
