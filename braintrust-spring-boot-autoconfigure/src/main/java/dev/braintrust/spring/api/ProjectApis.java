package dev.braintrust.spring.api;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import dev.braintrust.spring.settings.ProjectSettings;
import org.jspecify.annotations.Nullable;

/**
 * Braintrust's HTTP API for callers that wait for answers: evaluations and prompts.
 * Threads and connections are created with the first request.
 */
public final class ProjectApis implements AutoCloseable {

	private static final Backoff BACKOFF = new Backoff(3, Duration.ofMillis(500), Duration.ofSeconds(30));

	// A page of rows is as large as its rows.
	private static final int MAX_BODY = 128 << 20;

	private final Map<String, ProjectApi> apis = new ConcurrentHashMap<>();

	private final Supplier<HttpClients> clients;

	private @Nullable BraintrustApi api;

	private boolean closed;

	public ProjectApis(Supplier<HttpClients> clients) {
		this.clients = clients;
	}

	public ProjectApi of(ProjectSettings project) {
		return this.apis.computeIfAbsent(project.key(), (added) -> new ProjectApi(project, this::api));
	}

	// Return an API for a caller with another key. It is not kept here.
	public ProjectApi unshared(ProjectSettings project) {
		return new ProjectApi(project, this::api);
	}

	private synchronized BraintrustApi api() {
		BraintrustApi api = this.api;
		if (api == null) {
			api = new BraintrustApi(new HttpExchanges("braintrust-api", this.clients.get(), MAX_BODY), BACKOFF);
			this.api = api;
			if (this.closed) {
				api.close();
			}
		}
		return api;
	}

	// Cancel the requests in flight.
	@Override
	public synchronized void close() {
		this.closed = true;
		if (this.api != null) {
			this.api.close();
		}
	}

}
