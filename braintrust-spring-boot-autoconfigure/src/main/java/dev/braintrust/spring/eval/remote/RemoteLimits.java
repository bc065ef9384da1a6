package dev.braintrust.spring.eval.remote;

import java.time.Duration;

/**
 * How much of the application callers may take.
 *
 * @param maxRuns how many runs there may be at the same time
 * @param maxRows how many rows a run may have
 * @param maxRequestSize how many bytes the body of a request may have
 * @param maxLoadedSize how many characters the rows of a run may have that are loaded
 * from Braintrust, as JSON
 * @param slowestBody how long the body of a request may take
 * @param heartbeat after how long a quiet connection gets a comment
 * @param patience how long a reader may read nothing
 * @param concurrency how many rows of a run there may be at the same time
 */
record RemoteLimits(int maxRuns, int maxRows, long maxRequestSize, long maxLoadedSize, Duration slowestBody,
		Duration heartbeat, Duration patience, int concurrency) {

	static final long LOADED_SIZE = 64L << 20;

	static final Duration SLOWEST_BODY = Duration.ofMinutes(1);

	static final Duration HEARTBEAT = Duration.ofSeconds(15);

	static final Duration PATIENCE = Duration.ofSeconds(60);

	static final int CONCURRENCY = 10;

}
