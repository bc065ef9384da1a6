package com.example.conversations;

import dev.braintrust.spring.jpa.TraceContextColumns;

import org.springframework.data.repository.CrudRepository;

/**
 * Conversations, and what of them is needed to trace a turn.
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
