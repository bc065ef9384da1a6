/**
 * Braintrust's HTTP API: clients, requests and their replies, logins, and what the keys
 * of the projects give access to.
 * <p>
 * {@code BraintrustApi} makes the requests, by {@code HttpExchanges}, which sends them
 * and keeps their deadlines; it makes no request twice unless a {@code Backoff} says so.
 * A {@code Reply} says what became of one, a {@code Login} which organizations a key
 * belongs to, and an {@code ApiFailure} that something could not be done. A
 * {@code ProjectApi} waits for the answers, for evaluations and prompts. Whoever needs
 * threads and connections of their own, as spans and uploads do, makes
 * {@code HttpExchanges} of their own: requests to another server go through it too, such
 * as those of bytes to a storage. All futures complete on its threads and never fail.
 */
@NullMarked
package dev.braintrust.spring.api;

import org.jspecify.annotations.NullMarked;
