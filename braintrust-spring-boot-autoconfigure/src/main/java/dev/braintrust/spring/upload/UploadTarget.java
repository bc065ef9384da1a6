package dev.braintrust.spring.upload;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;

import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.settings.ProjectSettings.ApiKey;
import org.jspecify.annotations.Nullable;

/**
 * Where the attachments of a project go.
 */
final class UploadTarget {

	private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

	private final Account account;

	private final Duration timeout;

	private final ProjectSettings.Connection connection;

	private final SourceReads.OfProject reads;

	UploadTarget(ProjectSettings settings, ApiKey apiKey, SourceReads.OfProject reads) {
		this.reads = reads;
		this.connection = settings.export().connection();
		this.account = new Account(settings.apiUrl(), apiKey, settings.orgName());
		this.timeout = settings.export().timeout();
	}

	Account account() {
		return this.account;
	}

	URI endpoint(String path) {
		return URI.create(this.account.apiUrl() + path);
	}

	ProjectSettings.Connection connection() {
		return this.connection;
	}

	SourceReads.OfProject reads() {
		return this.reads;
	}

	Duration timeout() {
		return this.timeout;
	}

	// Whether bytes may go to a URL: over HTTPS, or over HTTP where the API itself is on
	// this machine.
	boolean mayUploadTo(URI url) {
		String scheme = (url.getScheme() != null) ? url.getScheme().toLowerCase(Locale.ROOT) : "";
		boolean local = LOOPBACK.contains(this.account.apiUrl().getHost());
		return url.getHost() != null && (scheme.equals("https") || (local && scheme.equals("http")));
	}

	// What a login is for.
	record Account(URI apiUrl, ApiKey apiKey, @Nullable String orgName) {
	}

}
