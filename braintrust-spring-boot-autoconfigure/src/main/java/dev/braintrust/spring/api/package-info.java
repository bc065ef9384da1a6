/**
 * Braintrust's HTTP API: clients, requests and their replies, logins, and the access of
 * the projects' keys.
 * <p>
 * {@code BraintrustApi} creates the requests. {@code HttpExchanges} sends them and keeps
 * their deadlines. Requests are only retried if a {@code Backoff} allows it. A
 * {@code Reply} is the result of a request, a {@code Login} has the organizations of a
 * key, and an {@code ApiFailure} reports a failed request. A {@code ProjectApi} waits for
 * the answers, for evaluations and prompts. Uploads have their own {@code BraintrustApi}
 * and spans their own {@code HttpExchanges}, so each has its own threads and connections.
 * All futures complete on these threads and never fail.
 */
@NullMarked
package dev.braintrust.spring.api;

import org.jspecify.annotations.NullMarked;
