package com.example.conversations;

import dev.braintrust.spring.jpa.TraceContextColumns;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;

/**
 * An entity with annotated getters that does not create the embedded object itself.
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
