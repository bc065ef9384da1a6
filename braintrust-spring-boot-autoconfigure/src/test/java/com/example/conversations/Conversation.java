package com.example.conversations;

import dev.braintrust.spring.jpa.TraceContextColumns;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import jakarta.persistence.Version;

/**
 * An entity with annotated fields, as in the documentation.
 */
@Entity
public class Conversation {

	@Id
	@GeneratedValue
	private Long id;

	@Version
	private int version;

	private String title;

	@Embedded
	private TraceContextColumns trace = new TraceContextColumns();

	protected Conversation() {
	}

	public Conversation(String title) {
		this.title = title;
	}

	public Long getId() {
		return this.id;
	}

	public int getVersion() {
		return this.version;
	}

	public String getTitle() {
		return this.title;
	}

	public void setTitle(String title) {
		this.title = title;
	}

	public TraceContextColumns getTrace() {
		return this.trace;
	}

}
