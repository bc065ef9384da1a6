package dev.braintrust.spring.jpa;

import org.junit.jupiter.api.Test;

import org.springframework.test.util.ReflectionTestUtils;
import org.springframework.util.SerializationUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link TraceContextColumns} without a database.
 */
class TraceContextColumnsTests {

	private static final String TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03";

	private final TraceContextColumns columns = new TraceContextColumns();

	@Test
	void newColumnsHoldNothing() {
		assertThat(this.columns.traceparent()).isNull();
		assertThat(this.columns.tracestate()).isNull();
		assertThat(this.columns).hasToString("TraceContextColumns[traceparent=null, tracestate=null]");
	}

	@Test
	void whatIsStoredIsThere() {
		this.columns.store(TRACEPARENT, "vendor=1");
		assertThat(this.columns.traceparent()).isEqualTo(TRACEPARENT).hasSize(TraceContextColumns.TRACEPARENT_LENGTH);
		assertThat(this.columns.tracestate()).isEqualTo("vendor=1");
		assertThat(this.columns)
			.hasToString("TraceContextColumns[traceparent=" + TRACEPARENT + ", tracestate=vendor=1]");
	}

	@Test
	void tracestateThatDoesNotFitIsLeftOut() {
		this.columns.store(TRACEPARENT, "x".repeat(TraceContextColumns.TRACESTATE_LENGTH));
		assertThat(this.columns.tracestate()).hasSize(TraceContextColumns.TRACESTATE_LENGTH);
		this.columns.store(TRACEPARENT, "x".repeat(TraceContextColumns.TRACESTATE_LENGTH + 1));
		assertThat(this.columns.traceparent()).isEqualTo(TRACEPARENT);
		assertThat(this.columns.tracestate()).isNull();
	}

	@Test
	void columnsAreEqualByValue() {
		TraceContextColumns other = new TraceContextColumns();
		assertThat(this.columns).isEqualTo(other).hasSameHashCodeAs(other);
		other.store(TRACEPARENT, null);
		assertThat(this.columns).isNotEqualTo(other);
		this.columns.store(TRACEPARENT, null);
		assertThat(this.columns).isEqualTo(other).hasSameHashCodeAs(other);
		other.store(TRACEPARENT, "vendor=1");
		assertThat(this.columns).isNotEqualTo(other).isNotEqualTo(null).isNotEqualTo(TRACEPARENT);
	}

	@Test
	void entityThatHoldsThemCanBeSerialized() {
		this.columns.store(TRACEPARENT, "vendor=1");
		assertThat(SerializationUtils.clone(this.columns)).isEqualTo(this.columns);
	}

	@Test
	void fieldThatALibrarySetsToNullIsAnEmptyContext() {
		ReflectionTestUtils.setField(this.columns, "traceparent", null);
		assertThat(this.columns.traceparent()).isNull();
		assertThat(this.columns).isEqualTo(new TraceContextColumns())
			.hasSameHashCodeAs(new TraceContextColumns())
			.hasToString("TraceContextColumns[traceparent=null, tracestate=null]");
	}

	@Test
	void converterWritesNothingAsNull() {
		EmptyColumnConverter converter = new EmptyColumnConverter();
		assertThat(converter.convertToDatabaseColumn("")).isNull();
		assertThat(converter.convertToDatabaseColumn(null)).isNull();
		assertThat(converter.convertToDatabaseColumn(TRACEPARENT)).isEqualTo(TRACEPARENT);
		assertThat(converter.convertToEntityAttribute(null)).isEmpty();
		assertThat(converter.convertToEntityAttribute(TRACEPARENT)).isEqualTo(TRACEPARENT);
	}

}
