package com.example;

import dev.braintrust.spring.jpa.TraceContextColumns;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/**
 * A conversation that stores its trace.
 */
@Entity
public class Conversation {

	@Id
	private long id;

	private int turns;

	@Embedded
	private TraceContextColumns trace = new TraceContextColumns();

	protected Conversation() {
	}

	Conversation(long id) {
		this.id = id;
	}

	void countTurn() {
		this.turns++;
	}

	int getTurns() {
		return this.turns;
	}

	TraceContextColumns getTrace() {
		return this.trace;
	}

}
