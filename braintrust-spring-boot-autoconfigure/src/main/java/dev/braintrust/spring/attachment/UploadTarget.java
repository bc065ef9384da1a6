package dev.braintrust.spring.attachment;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;

import dev.braintrust.spring.properties.ApiKey;
import dev.braintrust.spring.properties.ProjectSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Where the attachments of a project go.
 */
final class UploadTarget {

	private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

	private final Account account;

	private final Duration timeout;

	UploadTarget(ProjectSettings settings) {
		ApiKey apiKey = settings.apiKey();
		Assert.notNull(apiKey, "'settings' must have an API key");
		this.account = new Account(settings.apiUrl(), apiKey, settings.orgName());
		this.timeout = settings.exportTimeout();
	}

	Account account() {
		return this.account;
	}

	URI endpoint(String path) {
		return URI.create(this.account.apiUrl() + path);
	}

	Duration timeout() {
		return this.timeout;
	}

	/**
	 * Whether bytes may go to a URL: over HTTPS, or over HTTP where the API itself is on
	 * this machine.
	 * @param url the URL
	 * @return whether they may
	 */
	boolean mayUploadTo(URI url) {
		String scheme = (url.getScheme() != null) ? url.getScheme().toLowerCase(Locale.ROOT) : "";
		boolean local = LOOPBACK.contains(this.account.apiUrl().getHost());
		return url.getHost() != null && (scheme.equals("https") || (local && scheme.equals("http")));
	}

	/**
	 * What a login is for.
	 *
	 * @param apiUrl the URL of the API
	 * @param apiKey the key
	 * @param orgName the name of the organization, if given
	 */
	record Account(URI apiUrl, ApiKey apiKey, @Nullable String orgName) {
	}

}
