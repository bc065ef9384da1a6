package dev.braintrust.spring.content;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

import dev.braintrust.spring.export.otlp.EncodedAttributes;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.sdk.trace.data.DelegatingSpanData;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import org.jspecify.annotations.Nullable;

/**
 * A span with its captured content as attributes.
 */
final class WrittenSpan extends DelegatingSpanData {

	private final Attributes attributes;

	private final List<EventData> events;

	private final StatusData status;

	private final SpanData delegate;

	WrittenSpan(SpanData delegate, Attributes attributes, List<EventData> events, StatusData status) {
		super(delegate);
		this.delegate = delegate;
		this.attributes = attributes;
		this.events = events;
		this.status = status;
	}

	// Release the JSON of the span. All spans of a request share one buffer.
	void release() {
		if (this.attributes instanceof Content content) {
			content.release();
		}
	}

	// Copy the span with strings, which outlive the release of the buffer.
	WrittenSpan keep() {
		return new WrittenSpan(this.delegate, Attributes.builder().putAll(this.attributes).build(), this.events,
				this.status);
	}

	@Override
	public Attributes getAttributes() {
		return this.attributes;
	}

	@Override
	public int getTotalAttributeCount() {
		int dropped = super.getTotalAttributeCount() - super.getAttributes().size();
		return this.attributes.size() + dropped;
	}

	@Override
	public List<EventData> getEvents() {
		return this.events;
	}

	@Override
	public int getTotalRecordedEvents() {
		int dropped = super.getTotalRecordedEvents() - super.getEvents().size();
		return this.events.size() + dropped;
	}

	@Override
	public StatusData getStatus() {
		return this.status;
	}

	/**
	 * The attributes of a written span. OpenTelemetry's builder would sort and copy them
	 * several times for each span. There are only a few, and they are read once, in any
	 * order.
	 */
	static final class Content implements EncodedAttributes {

		private static final int MANY = 256;

		private Object[] keysAndValues;

		private int end;

		// The index of each name. It is built when there are too many names for a
		// linear search.
		private @Nullable Map<String, Integer> places;

		Content(Attributes template, Attributes own, int more) {
			this.keysAndValues = new Object[2 * (template.size() + own.size() + more)];
			template.forEach(this::add);
			own.forEach(this::put);
		}

		private void add(AttributeKey<?> key, Object value) {
			if (this.end == this.keysAndValues.length) {
				this.keysAndValues = Arrays.copyOf(this.keysAndValues, 2 * this.end + 2);
			}
			this.keysAndValues[this.end++] = key;
			this.keysAndValues[this.end++] = value;
		}

		// Put an attribute and replace any with the same name. OpenTelemetry keeps
		// several attributes with one name if their types differ; OTLP allows only one.
		void put(AttributeKey<?> key, Object value) {
			if (this.end > MANY) {
				putAmongMany(key, value);
				return;
			}
			for (int i = 0; i < this.end; i += 2) {
				if (key(i).getKey().equals(key.getKey())) {
					this.keysAndValues[i] = key;
					this.keysAndValues[i + 1] = value;
					return;
				}
			}
			add(key, value);
		}

		private void putAmongMany(AttributeKey<?> key, Object value) {
			if (this.places == null) {
				this.places = new HashMap<>();
				for (int i = 0; i < this.end; i += 2) {
					this.places.put(key(i).getKey(), i);
				}
			}
			Integer place = this.places.putIfAbsent(key.getKey(), this.end);
			if (place == null) {
				add(key, value);
			}
			else {
				this.keysAndValues[place] = key;
				this.keysAndValues[place + 1] = value;
			}
		}

		void release() {
			for (int i = 0; i < this.end; i += 2) {
				if (this.keysAndValues[i + 1] instanceof JsonBuffer.Json json) {
					json.release();
				}
			}
		}

		private AttributeKey<?> key(int i) {
			return (AttributeKey<?>) this.keysAndValues[i];
		}

		private Object value(int i) {
			Object value = this.keysAndValues[i + 1];
			return (value instanceof JsonBuffer.Json json) ? json.toString() : value;
		}

		@Override
		@SuppressWarnings("unchecked")
		public <T> @Nullable T get(AttributeKey<T> key) {
			for (int i = 0; i < this.end; i += 2) {
				if (this.keysAndValues[i].equals(key)) {
					return (T) value(i);
				}
			}
			return null;
		}

		@Override
		public void forEach(BiConsumer<? super AttributeKey<?>, ? super Object> consumer) {
			for (int i = 0; i < this.end; i += 2) {
				consumer.accept(key(i), value(i));
			}
		}

		@Override
		public void forEachEncoded(BiConsumer<? super AttributeKey<?>, ? super Object> consumer) {
			for (int i = 0; i < this.end; i += 2) {
				consumer.accept(key(i), this.keysAndValues[i + 1]);
			}
		}

		@Override
		public int size() {
			return this.end / 2;
		}

		@Override
		public boolean isEmpty() {
			return this.end == 0;
		}

		@Override
		public Map<AttributeKey<?>, Object> asMap() {
			return toBuilder().build().asMap();
		}

		@Override
		public AttributesBuilder toBuilder() {
			return Attributes.builder().putAll(this);
		}

	}

}
