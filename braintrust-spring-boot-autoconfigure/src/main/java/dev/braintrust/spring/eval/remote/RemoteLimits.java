package dev.braintrust.spring.eval.remote;

import java.time.Duration;

/**
 * The limits for remote callers.
 *
 * @param maxRuns the maximum number of concurrent runs
 * @param maxRows the maximum number of rows of a run
 * @param maxRequestSize the maximum size of a request body in bytes
 * @param maxLoadedSize the maximum size of the rows that a run loads from Braintrust, in
 * characters of JSON
 * @param slowestBody how long a request body may take to arrive
 * @param heartbeat the idle time after which a comment is sent
 * @param patience how long a client may read nothing
 * @param concurrency the maximum number of concurrent rows of a run
 */
record RemoteLimits(int maxRuns, int maxRows, long maxRequestSize, long maxLoadedSize, Duration slowestBody,
		Duration heartbeat, Duration patience, int concurrency) {

	static final long LOADED_SIZE = 64L << 20;

	static final Duration SLOWEST_BODY = Duration.ofMinutes(1);

	static final Duration HEARTBEAT = Duration.ofSeconds(15);

	static final Duration PATIENCE = Duration.ofSeconds(60);

	static final int CONCURRENCY = 10;

}
