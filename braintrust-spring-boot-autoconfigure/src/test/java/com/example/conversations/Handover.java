package com.example.conversations;

import dev.braintrust.spring.jpa.TraceContextColumns;
import jakarta.persistence.AttributeOverride;
import jakarta.persistence.Column;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;

/**
 * An entity with the traces of two projects.
 */
@Entity
public class Handover {

	@Id
	@GeneratedValue
	private Long id;

	@Embedded
	@AttributeOverride(name = "traceparent",
			column = @Column(name = "support_traceparent", length = TraceContextColumns.TRACEPARENT_LENGTH))
	@AttributeOverride(name = "tracestate",
			column = @Column(name = "support_tracestate", length = TraceContextColumns.TRACESTATE_LENGTH))
	private TraceContextColumns support = new TraceContextColumns();

	@Embedded
	@AttributeOverride(name = "traceparent", column = @Column(name = "research_traceparent"))
	@AttributeOverride(name = "tracestate", column = @Column(name = "research_tracestate"))
	private TraceContextColumns research = new TraceContextColumns();

	public Long getId() {
		return this.id;
	}

	public TraceContextColumns getSupport() {
		return this.support;
	}

	public TraceContextColumns getResearch() {
		return this.research;
	}

}
