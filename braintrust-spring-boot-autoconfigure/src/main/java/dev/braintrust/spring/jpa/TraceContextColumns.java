package dev.braintrust.spring.jpa;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.braintrust.spring.StoredTraceContext;
import jakarta.persistence.Access;
import jakarta.persistence.AccessType;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Transient;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * The W3C trace context of a conversation in two columns, {@code traceparent} (55
 * characters) and {@code tracestate} (512 characters), both {@code null} while nothing is
 * stored. Embed it in the entity of the conversation:
 *
 * <pre class="code">
 * &#64;Embedded
 * private TraceContextColumns trace = new TraceContextColumns();
 * </pre>
 *
 * Pass it to {@code tracer.inTrace(conversation.getTrace(), "answer")} in each turn. It
 * is never {@code null} after a load, even if both columns are. Two in one entity need
 * {@code @AttributeOverride}s; an override replaces the length, so repeat
 * {@link #TRACEPARENT_LENGTH} and {@link #TRACESTATE_LENGTH}.
 * <p>
 * You may enhance the entity with Hibernate at build time, with dirty tracking.
 * <p>
 * Jackson 2 and 3 write and read it as
 * <code>{"traceparent": "00-…", "tracestate": null}</code>, so a conversation in a cache,
 * a session or a job's parameters stays one trace.
 * <p>
 * Equality is by value. Like every embeddable it belongs to the thread that works with
 * the entity.
 *
 * @see <a href="https://www.w3.org/TR/trace-context/">W3C Trace Context</a>
 */
@Embeddable
@Access(AccessType.FIELD)
public class TraceContextColumns implements StoredTraceContext, OwnerTracking, Serializable {

	private static final long serialVersionUID = 1L;

	/**
	 * The length of a {@code traceparent} of version 00.
	 */
	public static final int TRACEPARENT_LENGTH = 55;

	/**
	 * The length of a {@code tracestate} that every party must be able to carry.
	 */
	public static final int TRACESTATE_LENGTH = 512;

	// JPA providers leave an embedded object null if all its attributes are null. The
	// converter gives this field a value for a null column, so that the entity's getter
	// can be passed to inTrace directly. JSON libraries that write fields may still set
	// it to null.
	@JsonProperty("traceparent")
	@Convert(converter = EmptyColumnConverter.class)
	@Column(name = "traceparent", length = TRACEPARENT_LENGTH)
	private @Nullable String traceparent = EmptyColumnConverter.EMPTY;

	@JsonProperty("tracestate")
	@Column(name = "tracestate", length = TRACESTATE_LENGTH)
	private @Nullable String tracestate;

	// By attribute name: tells an enhanced entity that it has changed.
	@Transient
	private transient @Nullable Map<String, Runnable> owners;

	@Override
	@JsonProperty("traceparent")
	public @Nullable String traceparent() {
		return StringUtils.hasLength(this.traceparent) ? this.traceparent : null;
	}

	@Override
	@JsonProperty("tracestate")
	public @Nullable String tracestate() {
		return this.tracestate;
	}

	@Override
	public void store(String traceparent, @Nullable String tracestate) {
		this.traceparent = traceparent;
		this.tracestate = (tracestate != null && tracestate.length() <= TRACESTATE_LENGTH) ? tracestate : null;
		if (this.owners != null) {
			this.owners.values().forEach(Runnable::run);
		}
	}

	Map<String, Runnable> owners() {
		if (this.owners == null) {
			this.owners = new HashMap<>(2);
		}
		return this.owners;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return this == other
				|| (other instanceof TraceContextColumns columns && Objects.equals(traceparent(), columns.traceparent())
						&& Objects.equals(this.tracestate, columns.tracestate));
	}

	@Override
	public int hashCode() {
		return Objects.hash(traceparent(), this.tracestate);
	}

	@Override
	public String toString() {
		return "TraceContextColumns[traceparent=" + traceparent() + ", tracestate=" + this.tracestate + "]";
	}

}
