package dev.braintrust.spring.docs;

import java.util.Map;

import dev.braintrust.spring.StoredTraceContext;
import org.jspecify.annotations.Nullable;

import org.springframework.data.annotation.Id;
import org.springframework.data.annotation.Version;
import org.springframework.data.redis.core.BoundHashOperations;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.relational.core.mapping.Table;

/**
 * The stores of {@code docs/conversations.md}.
 */
class StoresExample {

	@Table("chat")
	static class Chat implements StoredTraceContext {

		@Id
		private Long id;

		@Version
		private int version;

		private @Nullable String traceparent;

		private @Nullable String tracestate;

		@Override
		public @Nullable String traceparent() {
			return this.traceparent;
		}

		@Override
		public @Nullable String tracestate() {
			return this.tracestate;
		}

		@Override
		public void store(String traceparent, @Nullable String tracestate) {
			this.traceparent = traceparent;
			this.tracestate = tracestate;
		}

		Long getId() {
			return this.id;
		}

	}

	record ChatDocument(String id, Map<String, String> trace) {

		StoredTraceContext stored() {
			return StoredTraceContext.of(this.trace);
		}

	}

	static class RedisTrace implements StoredTraceContext {

		private final BoundHashOperations<String, String, String> hash;

		RedisTrace(StringRedisTemplate redis, String conversationId) {
			this.hash = redis.boundHashOps("conversation:" + conversationId);
		}

		@Override
		public @Nullable String traceparent() {
			return this.hash.get("traceparent");
		}

		@Override
		public @Nullable String tracestate() {
			return this.hash.get("tracestate");
		}

		@Override
		public void store(String traceparent, @Nullable String tracestate) {
			this.hash.put("traceparent", traceparent);
			if (tracestate != null) {
				this.hash.put("tracestate", tracestate);
			}
		}

	}

}
