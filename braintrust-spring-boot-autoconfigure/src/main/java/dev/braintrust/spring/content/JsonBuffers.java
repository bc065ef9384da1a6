package dev.braintrust.spring.content;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.content.json.JsonCopy;
import dev.braintrust.spring.content.library.ValueMapper;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * The parts that all projects of an application context share to write spans. One buffer
 * is kept between requests, since usually one thread writes for all projects; if it is in
 * use, a new one is created. The value mapper caches the classes that it has written.
 */
public final class JsonBuffers {

	private final AtomicReference<@Nullable JsonBuffer> kept = new AtomicReference<>();

	private final long maxSpanSize;

	// Created for the first span, so no class of Jackson is loaded at startup.
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

	// Writes only types of this library, so it never holds classes of an application.
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

	JsonBuffer take() {
		JsonBuffer buffer = this.kept.getAndSet(null);
		return (buffer != null) ? buffer : new JsonBuffer(this);
	}

	void giveBack(JsonBuffer buffer) {
		this.kept.set(buffer);
	}

}
