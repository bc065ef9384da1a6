package com.example.conversations;

import dev.braintrust.spring.jpa.TraceContextColumns;

import org.springframework.data.repository.CrudRepository;

/**
 * The repository of conversations, with a projection of the columns that tracing a turn
 * needs.
 */
public interface Conversations extends CrudRepository<Conversation, Long> {

	Traced findTraceById(Long id);

	Row findRowById(Long id);

	interface Traced {

		TraceContextColumns getTrace();

	}

	record Row(Long id, TraceContextColumns trace) {
	}

}
