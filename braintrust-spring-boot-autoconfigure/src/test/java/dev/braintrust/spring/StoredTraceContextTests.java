package dev.braintrust.spring;

import java.util.LinkedHashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of {@link StoredTraceContext#of(Map)}.
 */
class StoredTraceContextTests {

	private static final String TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03";

	private final Map<String, String> headers = new LinkedHashMap<>();

	private final StoredTraceContext stored = StoredTraceContext.of(this.headers);

	@Test
	void emptyMapHoldsNothing() {
		this.headers.put(null, "value");
		this.headers.put("Accept", null);
		assertThat(this.stored.traceparent()).isNull();
		assertThat(this.stored.tracestate()).isNull();
	}

	@Test
	void headersAreReadWhateverTheirCase() {
		this.headers.put("TraceParent", TRACEPARENT);
		this.headers.put("TRACESTATE", "vendor=1");
		assertThat(this.stored.traceparent()).isEqualTo(TRACEPARENT);
		assertThat(this.stored.tracestate()).isEqualTo("vendor=1");
	}

	@Test
	void whatIsStoredReplacesEverySpelling() {
		this.headers.put("Accept", "text/plain");
		this.headers.put("TraceParent", "malformed");
		this.headers.put("Tracestate", "vendor=1");
		this.stored.store(TRACEPARENT, null);
		assertThat(this.headers).containsExactly(Map.entry("Accept", "text/plain"),
				Map.entry("traceparent", TRACEPARENT));
		this.stored.store(TRACEPARENT, "vendor=2");
		assertThat(this.headers).containsEntry("tracestate", "vendor=2");
	}

	@Test
	void thereMustBeAMap() {
		assertThatIllegalArgumentException().isThrownBy(() -> StoredTraceContext.of(null))
			.withMessage("'headers' must not be null");
	}

}
