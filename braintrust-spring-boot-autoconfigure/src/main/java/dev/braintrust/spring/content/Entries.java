package dev.braintrust.spring.content;

import java.util.Arrays;
import java.util.function.BiConsumer;

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

	void forEach(BiConsumer<String, Object> action) {
		for (int i = 0; i < this.end; i += 2) {
			action.accept((String) this.keysAndValues[i], this.keysAndValues[i + 1]);
		}
	}

}
