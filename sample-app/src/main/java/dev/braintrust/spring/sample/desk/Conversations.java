package dev.braintrust.spring.sample.desk;

import org.springframework.data.repository.CrudRepository;

/**
 * The conversations in the database.
 */
interface Conversations extends CrudRepository<Conversation, Long> {

}
