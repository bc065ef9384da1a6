package dev.braintrust.spring.content.json;

import java.util.Iterator;
import java.util.Set;

import com.fasterxml.jackson.annotation.JsonFormat;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.core.exc.StreamWriteException;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.jsontype.TypeSerializer;
import tools.jackson.databind.ser.PropertyWriter;
import tools.jackson.databind.util.NameTransformer;

/**
 * Writes a value that holds other values. It writes a mark instead if the value is
 * already being written, is nested too deeply, is not loaded, or fails. The generator
 * knows the open values, so the serializer keeps no state.
 */
public final class GuardedSerializer extends ValueSerializer<Object> {

	static final String CYCLE = "[cycle]";

	public static final String TOO_DEEP = "[too deep]";

	static final String NOT_LOADED = "[not loaded]";

	public static final int MAX_DEPTH = 64;

	private final ValueSerializer<Object> delegate;

	private GuardedSerializer(ValueSerializer<Object> delegate) {
		this.delegate = delegate;
	}

	@SuppressWarnings("unchecked")
	public static ValueSerializer<?> around(ValueSerializer<?> serializer) {
		return (serializer instanceof GuardedSerializer) ? serializer
				: new GuardedSerializer((ValueSerializer<Object>) serializer);
	}

	private ValueSerializer<?> with(ValueSerializer<?> other) {
		return (other == this.delegate) ? this : around(other);
	}

	@Override
	public void serialize(Object value, JsonGenerator json, SerializationContext context) {
		write(value, json, context, null);
	}

	@Override
	public void serializeWithType(Object value, JsonGenerator json, SerializationContext context,
			TypeSerializer typeSerializer) {
		write(value, json, context, typeSerializer);
	}

	private void write(Object value, JsonGenerator json, SerializationContext context,
			@Nullable TypeSerializer typeSerializer) {
		String mark = mark(value, json);
		if (mark != null) {
			json.writeString(mark);
			return;
		}
		TokenStreamContext around = json.streamWriteContext();
		int written = around.getEntryCount();
		try {
			if (typeSerializer != null) {
				this.delegate.serializeWithType(value, json, context, typeSerializer);
			}
			else {
				this.delegate.serialize(value, json, context);
			}
		}
		catch (Throwable ex) {
			if (ex instanceof SpanJson.LimitExceededException || around.inRoot()) {
				throw ex;
			}
			// Keep the surrounding values.
			String failed = failed(json, around, ex);
			if (around.getEntryCount() == written) {
				json.writeString(failed);
			}
			if (context.getAttribute(SpanJson.Reports.class) instanceof SpanJson.Reports reports) {
				reports.unwritable(value.getClass().getName(), ex.getClass().getSimpleName(), ex);
			}
		}
	}

	// Close the objects and arrays that the failed value has opened, and return the mark
	// for the failure.
	static String failed(JsonGenerator json, TokenStreamContext around, Throwable failure) {
		String mark = "[" + failure.getClass().getName() + "]";
		boolean marked = false;
		while (json.streamWriteContext() != around) {
			if (json.streamWriteContext().inArray()) {
				if (!marked) {
					json.writeString(mark);
				}
				json.writeEndArray();
			}
			else {
				writeIfExpected(json, mark);
				json.writeEndObject();
			}
			marked = true;
		}
		return mark;
	}

	// Write a value if a property name was written without a value. Return whether
	// it was.
	static boolean writeIfExpected(JsonGenerator json, String value) {
		try {
			json.writeString(value);
			return true;
		}
		catch (StreamWriteException ex) {
			return false;
		}
	}

	private @Nullable String mark(Object value, JsonGenerator json) {
		if (!LazyState.isLoaded(value)) {
			return NOT_LOADED;
		}
		TokenStreamContext path = json.streamWriteContext();
		if (path.getNestingDepth() >= MAX_DEPTH) {
			return TOO_DEEP;
		}
		// An object with an id is written as its id the second time.
		if (!this.delegate.usesObjectId()) {
			for (TokenStreamContext above = path; above != null; above = above.getParent()) {
				if (above.currentValue() == value) {
					return CYCLE;
				}
			}
		}
		return null;
	}

	@Override
	public boolean isEmpty(SerializationContext context, Object value) {
		return LazyState.isLoaded(value) && this.delegate.isEmpty(context, value);
	}

	@Override
	public void resolve(SerializationContext context) {
		this.delegate.resolve(context);
	}

	@Override
	public ValueSerializer<?> createContextual(SerializationContext context, BeanProperty property) {
		return with(this.delegate.createContextual(context, property));
	}

	@Override
	public ValueSerializer<?> withFilterId(Object filterId) {
		return with(this.delegate.withFilterId(filterId));
	}

	@Override
	public ValueSerializer<?> withIgnoredProperties(Set<String> ignoredProperties) {
		return with(this.delegate.withIgnoredProperties(ignoredProperties));
	}

	@Override
	public ValueSerializer<?> withFormatOverrides(SerializationConfig config, JsonFormat.Value overrides) {
		return with(this.delegate.withFormatOverrides(config, overrides));
	}

	// An unwrapping serializer writes its properties into the enclosing object, which
	// is guarded.
	@Override
	public ValueSerializer<Object> unwrappingSerializer(NameTransformer unwrapper) {
		return this.delegate.unwrappingSerializer(unwrapper);
	}

	@Override
	public boolean isUnwrappingSerializer() {
		return this.delegate.isUnwrappingSerializer();
	}

	@Override
	public boolean usesObjectId() {
		return this.delegate.usesObjectId();
	}

	@Override
	public Iterator<PropertyWriter> properties() {
		return this.delegate.properties();
	}

}
