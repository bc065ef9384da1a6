package dev.braintrust.spring.content.library;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

import com.fasterxml.jackson.core.Base64Variant;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.TreeNode;
import com.fasterxml.jackson.core.base.GeneratorBase;
import com.fasterxml.jackson.core.json.JsonWriteContext;
import dev.braintrust.spring.content.json.GuardedSerializer;
import dev.braintrust.spring.content.json.RawJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;

/**
 * Hands on what Jackson 2 writes to the generator of Jackson 3 that writes what is around
 * it, so both keep to the same bounds. An object that Jackson 2 is given to write goes
 * back to Jackson 3.
 */
final class Jackson2Generator extends GeneratorBase {

	private final JsonGenerator json;

	private final SerializationContext context;

	// How many levels are open below what is too deep.
	private int skipped;

	// The constructor that is not deprecated wants buffers, which nothing here needs.
	@SuppressWarnings("deprecation")
	Jackson2Generator(JsonGenerator json, SerializationContext context) {
		super(0, null);
		this.json = json;
		this.context = context;
	}

	private boolean isWritten() {
		this._writeContext.writeValue();
		return this.skipped == 0;
	}

	private boolean starts() {
		boolean written = isWritten();
		if (written && this.json.streamWriteContext().getNestingDepth() >= GuardedSerializer.MAX_DEPTH) {
			this.json.writeString(GuardedSerializer.TOO_DEEP);
			written = false;
		}
		this.skipped += written ? 0 : 1;
		return written;
	}

	private boolean ends() {
		JsonStreamContext parent = this._writeContext.getParent();
		this._writeContext = (JsonWriteContext) parent;
		if (this.skipped == 0) {
			return true;
		}
		this.skipped--;
		return false;
	}

	@Override
	public void writeStartArray() {
		writeStartArray(null);
	}

	@Override
	public void writeStartArray(@Nullable Object value) {
		if (starts()) {
			this.json.writeStartArray(value);
		}
		this._writeContext = this._writeContext.createChildArrayContext(value);
	}

	@Override
	public void writeStartArray(@Nullable Object value, int size) {
		writeStartArray(value);
	}

	@Override
	public void writeEndArray() {
		if (ends()) {
			this.json.writeEndArray();
		}
	}

	@Override
	public void writeStartObject() {
		writeStartObject(null);
	}

	@Override
	public void writeStartObject(@Nullable Object value) {
		if (starts()) {
			this.json.writeStartObject(value);
		}
		this._writeContext = this._writeContext.createChildObjectContext(value);
	}

	@Override
	public void writeStartObject(@Nullable Object value, int size) {
		writeStartObject(value);
	}

	@Override
	public void writeEndObject() {
		if (ends()) {
			this.json.writeEndObject();
		}
	}

	// A name where Jackson 2 has begun no object is the key of a map of Jackson 3.
	@Override
	public void writeFieldName(String name) throws com.fasterxml.jackson.core.JsonProcessingException {
		if (this._writeContext.inObject()) {
			this._writeContext.writeFieldName(name);
		}
		if (this.skipped == 0) {
			this.json.writeName(name);
		}
	}

	@Override
	public void writeString(@Nullable String text) {
		if (isWritten()) {
			this.json.writeString(text);
		}
	}

	@Override
	public void writeString(char[] text, int offset, int length) {
		writeString(new String(text, offset, length));
	}

	@Override
	public void writeRawUTF8String(byte[] text, int offset, int length) {
		throw raw();
	}

	@Override
	public void writeUTF8String(byte[] text, int offset, int length) {
		writeString(new String(text, offset, length, StandardCharsets.UTF_8));
	}

	@Override
	public void writeRaw(String text) {
		throw raw();
	}

	@Override
	public void writeRaw(String text, int offset, int length) {
		throw raw();
	}

	@Override
	public void writeRaw(char[] text, int offset, int length) {
		throw raw();
	}

	@Override
	public void writeRaw(char c) {
		throw raw();
	}

	// It could be anything, and could not be told from what is around it.
	private static UnsupportedOperationException raw() {
		return new UnsupportedOperationException("Part of a raw value");
	}

	@Override
	public void writeRawValue(String text) {
		if (isWritten()) {
			RawJson.write(this.json, text);
		}
	}

	@Override
	public void writeRawValue(String text, int offset, int length) {
		writeRawValue(text.substring(offset, offset + length));
	}

	@Override
	public void writeRawValue(char[] text, int offset, int length) {
		writeRawValue(new String(text, offset, length));
	}

	@Override
	public void writeBinary(Base64Variant variant, byte[] data, int offset, int length) {
		writeString("[" + length + " bytes]");
	}

	@Override
	public void writeNumber(int number) {
		if (isWritten()) {
			this.json.writeNumber(number);
		}
	}

	@Override
	public void writeNumber(long number) {
		if (isWritten()) {
			this.json.writeNumber(number);
		}
	}

	@Override
	public void writeNumber(@Nullable BigInteger number) {
		if (isWritten()) {
			this.json.writeNumber(number);
		}
	}

	@Override
	public void writeNumber(double number) {
		if (isWritten()) {
			this.json.writeNumber(number);
		}
	}

	@Override
	public void writeNumber(float number) {
		if (isWritten()) {
			this.json.writeNumber(number);
		}
	}

	@Override
	public void writeNumber(@Nullable BigDecimal number) {
		if (isWritten()) {
			this.json.writeNumber(number);
		}
	}

	@Override
	public void writeNumber(String number) {
		writeRawValue(number);
	}

	@Override
	public void writeBoolean(boolean value) {
		if (isWritten()) {
			this.json.writeBoolean(value);
		}
	}

	@Override
	public void writeNull() {
		if (isWritten()) {
			this.json.writeNull();
		}
	}

	@Override
	public void writeObject(@Nullable Object value) {
		if (isWritten()) {
			if (value == null) {
				this.json.writeNull();
			}
			else {
				this.context.writeValue(this.json, value);
			}
		}
	}

	@Override
	public void writeTree(@Nullable TreeNode tree) {
		writeObject(tree);
	}

	@Override
	public void flush() {
		this.json.flush();
	}

	@Override
	protected void _releaseBuffers() {
	}

	@Override
	protected void _verifyValueWrite(String message) {
	}

}
