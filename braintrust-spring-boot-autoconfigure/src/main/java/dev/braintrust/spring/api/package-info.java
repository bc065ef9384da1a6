/**
 * Braintrust's HTTP API: clients, requests and their replies, logins, and what the keys
 * of the projects give access to.
 * <p>
 * {@code BraintrustApi} makes the requests, by {@code HttpExchanges}, which sends them
 * and keeps their deadlines; it makes no request twice unless a {@code Backoff} says so.
 * A {@code Reply} says what became of one, a {@code Login} which organizations a key
 * belongs to, and an {@code ApiFailure} that something could not be done. A
 * {@code ProjectApi} waits for the answers, for evaluations and prompts. Uploads have a
 * {@code BraintrustApi} of their own and spans their own {@code HttpExchanges}, so each
 * has its threads and connections. All futures complete on these threads and never fail.
 */
@NullMarked
package dev.braintrust.spring.api;

import org.jspecify.annotations.NullMarked;
