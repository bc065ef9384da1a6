package dev.braintrust.spring.attachment;

import java.util.function.Supplier;

import dev.braintrust.spring.export.HttpClients;
import org.jspecify.annotations.Nullable;

/**
 * Makes what sends the uploads of all projects for the first of them: an HTTP client and
 * what writes JSON take their time to load, which the start of an application does
 * without.
 */
final class LazyUploadSteps implements Supplier<UploadSteps>, AutoCloseable {

	private final HttpClients clients;

	private final UploadPace pace;

	private @Nullable UploadHttp http;

	private @Nullable UploadSteps steps;

	private boolean closed;

	LazyUploadSteps(HttpClients clients, UploadPace pace) {
		this.clients = clients;
		this.pace = pace;
	}

	@Override
	public synchronized UploadSteps get() {
		if (this.steps == null) {
			UploadHttp http = new UploadHttp(this.clients);
			if (this.closed) {
				http.close();
			}
			this.http = http;
			this.steps = new UploadSteps(new UploadRequests(http, this.pace));
		}
		return this.steps;
	}

	@Override
	public synchronized void close() {
		this.closed = true;
		if (this.http != null) {
			this.http.close();
		}
	}

}
