package dev.braintrust.spring.content.library;

import java.io.Writer;

import com.google.gson.stream.JsonWriter;
import dev.braintrust.spring.content.json.RawJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;

/**
 * Hands on what Gson writes of one object to the generator of Jackson 3 that writes what
 * is around it.
 */
final class GsonGenerator extends JsonWriter {

	private final JsonGenerator json;

	private final SerializationContext context;

	private @Nullable Object value;

	private @Nullable Object begun;

	private @Nullable String name;

	GsonGenerator(JsonGenerator json, SerializationContext context, Object value) {
		super(Writer.nullWriter());
		this.json = json;
		this.context = context;
		this.value = value;
	}

	boolean begins(Object value) {
		boolean begins = value == this.value;
		if (begins) {
			this.begun = value;
			this.value = null;
		}
		return begins;
	}

	void handBack(Object value) {
		named().context.writeValue(this.json, value);
	}

	// Gson leaves out what is null by default.
	private GsonGenerator named() {
		if (this.name != null) {
			this.json.writeName(this.name);
			this.name = null;
		}
		return this;
	}

	@Override
	public JsonWriter name(String name) {
		this.name = name;
		return this;
	}

	@Override
	public JsonWriter beginObject() {
		named().json.writeStartObject(this.begun);
		this.begun = null;
		return this;
	}

	@Override
	public JsonWriter endObject() {
		this.name = null;
		this.json.writeEndObject();
		return this;
	}

	@Override
	public JsonWriter beginArray() {
		named().json.writeStartArray();
		return this;
	}

	@Override
	public JsonWriter endArray() {
		this.json.writeEndArray();
		return this;
	}

	@Override
	public JsonWriter jsonValue(@Nullable String text) {
		if (text == null) {
			return nullValue();
		}
		RawJson.write(named().json, text);
		return this;
	}

	@Override
	public JsonWriter nullValue() {
		if (this.name != null && !getSerializeNulls()) {
			this.name = null;
		}
		else {
			named().json.writeNull();
		}
		return this;
	}

	@Override
	public JsonWriter value(@Nullable String text) {
		if (text == null) {
			return nullValue();
		}
		named().json.writeString(text);
		return this;
	}

	@Override
	public JsonWriter value(boolean value) {
		named().json.writeBoolean(value);
		return this;
	}

	@Override
	public JsonWriter value(@Nullable Boolean value) {
		return (value != null) ? value(value.booleanValue()) : nullValue();
	}

	@Override
	public JsonWriter value(float number) {
		named().json.writeNumber(number);
		return this;
	}

	@Override
	public JsonWriter value(double number) {
		named().json.writeNumber(number);
		return this;
	}

	@Override
	public JsonWriter value(long number) {
		named().json.writeNumber(number);
		return this;
	}

	@Override
	public JsonWriter value(@Nullable Number number) {
		if (number == null) {
			return nullValue();
		}
		RawJson.write(named().json, number.toString());
		return this;
	}

	@Override
	public void flush() {
	}

	@Override
	public void close() {
	}

}
