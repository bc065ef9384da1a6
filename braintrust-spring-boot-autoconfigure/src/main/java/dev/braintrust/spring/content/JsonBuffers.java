package dev.braintrust.spring.content;

import java.io.Writer;
import java.lang.ref.SoftReference;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.content.json.JsonCopy;
import dev.braintrust.spring.content.library.ValueMapper;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the projects of an application context share to write spans. The buffer that spans
 * are written in is kept from one request to the next: one is enough, since one worker
 * writes for all; whoever finds none makes one. The mapper of values keeps the classes
 * that it has written.
 */
public final class JsonBuffers {

	private final AtomicReference<@Nullable Buffer> kept = new AtomicReference<>();

	private final long maxSpanSize;

	// Made with the first span: nothing of Jackson is loaded at startup.
	private @Nullable JsonMapper valueMapper;

	private @Nullable ObjectWriter payloadWriter;

	private final Map<ContentFilter, TextFilter.Shared> filters = new IdentityHashMap<>();

	public JsonBuffers() {
		this(Long.MAX_VALUE);
	}

	public JsonBuffers(long maxSpanSize) {
		this.maxSpanSize = maxSpanSize;
	}

	public synchronized JsonMapper valueMapper() {
		JsonMapper mapper = this.valueMapper;
		if (mapper == null) {
			mapper = ValueMapper.create(ContentJson.attachments());
			this.valueMapper = mapper;
		}
		return mapper;
	}

	// Writes what is of this library, and never keeps classes of an application.
	synchronized ObjectWriter payloadWriter() {
		ObjectWriter writer = this.payloadWriter;
		if (writer == null) {
			writer = JsonMapper.builder(JsonCopy.JSON).build().writer().withRootValueSeparator("");
			this.payloadWriter = writer;
		}
		return writer;
	}

	synchronized TextFilter.Shared shared(ContentFilter filter) {
		return this.filters.computeIfAbsent(filter, TextFilter.Shared::new);
	}

	long maxSpanSize() {
		return this.maxSpanSize;
	}

	Buffer take() {
		Buffer buffer = this.kept.getAndSet(null);
		return (buffer != null) ? buffer : new Buffer();
	}

	void giveBack(Buffer buffer) {
		if (buffer.isKept()) {
			this.kept.set(buffer);
		}
	}

	/**
	 * The JSON of one field after another, in an array that is used again.
	 */
	static final class Buffer extends Writer {

		private static final int INITIAL_LENGTH = 16 * 1024;

		// A larger array is not kept while nothing is written.
		static final int MAX_KEPT_LENGTH = 128 * 1024;

		private static final int MAX_SPARE_LENGTH = 20 * 1024 * 1024;

		private char[] chars = new char[INITIAL_LENGTH];

		private int length;

		private @Nullable StringBuilder large;

		private SoftReference<@Nullable StringBuilder> spare = new SoftReference<>(null);

		// How much has been written, with what a generator still holds.
		int position(JsonGenerator json) {
			return ((this.large != null) ? this.large.length() : this.length) + json.streamWriteOutputBuffered();
		}

		@Override
		public void write(char[] source, int offset, int count) {
			if (this.large != null) {
				this.large.append(source, offset, count);
				return;
			}
			int required = Math.addExact(this.length, count);
			if (required > this.chars.length) {
				this.chars = Arrays.copyOf(this.chars, Math.max(required, this.chars.length / 2 * 3));
			}
			System.arraycopy(source, offset, this.chars, this.length, count);
			this.length = required;
		}

		// Make room at once for base64 that comes in pieces. A builder takes a byte for
		// each of its characters, but its copying takes longer. It is kept as long as the
		// heap has room: to clear a new one would take longer than to fill it.
		void reserve(long count) {
			int required = Math.toIntExact(this.length + count);
			if (this.large != null) {
				this.large.ensureCapacity(Math.toIntExact(this.large.length() + count));
			}
			else if (count > MAX_KEPT_LENGTH) {
				StringBuilder builder = this.spare.get();
				if (builder == null || builder.capacity() < required) {
					builder = new StringBuilder(required);
					this.spare = new SoftReference<>((required <= MAX_SPARE_LENGTH) ? builder : null);
				}
				builder.setLength(0);
				this.large = builder.append(this.chars, 0, this.length);
			}
		}

		// Return what has been written, and start anew.
		String take() {
			String json = (this.large != null) ? this.large.toString() : new String(this.chars, 0, this.length);
			clear();
			return json;
		}

		void clear() {
			this.length = 0;
			this.large = null;
		}

		boolean isKept() {
			return this.chars.length <= MAX_KEPT_LENGTH;
		}

		@Override
		public void flush() {
		}

		@Override
		public void close() {
		}

	}

}
