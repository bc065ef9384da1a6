package com.example.conversations;

import dev.braintrust.spring.jpa.TraceContextColumns;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;

/**
 * Annotated getters, and no embedded object of its own making.
 */
@Entity
public class Ticket {

	private Long id;

	private TraceContextColumns trace;

	@Id
	@GeneratedValue
	public Long getId() {
		return this.id;
	}

	public void setId(Long id) {
		this.id = id;
	}

	@Embedded
	public TraceContextColumns getTrace() {
		return this.trace;
	}

	public void setTrace(TraceContextColumns trace) {
		this.trace = trace;
	}

}
