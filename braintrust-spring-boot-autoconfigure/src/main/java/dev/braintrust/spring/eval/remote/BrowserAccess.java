package dev.braintrust.spring.eval.remote;

import java.net.URI;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The CORS rules of the endpoint: the origins whose pages may call it, and the response
 * headers. This does not replace authentication: it only keeps foreign pages from trying.
 * Cookies have no effect.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-sdk-javascript/blob/main/js/dev/authorize.ts">Braintrust's
 * SDK for JavaScript, {@code dev/authorize.ts}</a>
 */
final class BrowserAccess {

	private static final Set<String> BRAINTRUST = Set.of("https://www.braintrust.dev",
			"https://www.braintrustdata.com");

	private static final Pattern PREVIEW = Pattern.compile("https://[A-Za-z0-9.-]+\\.preview\\.braintrust\\.dev");

	private static final String METHODS = "GET, PATCH, POST, PUT, DELETE, OPTIONS";

	// A missing header would block the playground.
	private static final String HEADERS = "Content-Type, X-Amz-Date, Authorization, X-Api-Key, X-Amz-Security-Token, "
			+ "x-bt-auth-token, x-bt-parent, x-bt-org-name, x-bt-project-id, x-bt-stream-fmt, x-bt-use-cache, "
			+ "x-bt-use-gateway, x-stainless-os, x-stainless-lang, x-stainless-package-version, x-stainless-runtime, "
			+ "x-stainless-runtime-version, x-stainless-arch";

	private static final String EXPOSED = "x-bt-cursor, x-bt-found-existing-experiment, x-bt-span-id, x-bt-span-export";

	private static final String PRIVATE_NETWORK = "Access-Control-Request-Private-Network";

	private final Set<String> allowed = new LinkedHashSet<>(BRAINTRUST);

	BrowserAccess(Collection<URI> applications, Collection<String> origins) {
		applications.forEach((application) -> this.allowed.add(origin(application)));
		origins.forEach((origin) -> this.allowed.add(origin.replaceFirst("/+$", "").toLowerCase(Locale.ROOT)));
	}

	private static String origin(URI url) {
		return (url.getScheme() + "://" + url.getRawAuthority()).toLowerCase(Locale.ROOT);
	}

	// Return the CORS headers of a response, or null if the page may not call. Clients
	// other than browsers send no origin.
	@Nullable Map<String, String> headers(RemoteRequest request) {
		Map<String, String> headers = new LinkedHashMap<>();
		headers.put("Vary", "Origin");
		String origin = request.header("Origin");
		if (origin == null) {
			// With DNS rebinding, a foreign page has the same origin as this endpoint,
			// and a browser then sends no Origin for a GET. So a request of a page
			// without an Origin is refused.
			String site = request.header("Sec-Fetch-Site");
			return (site == null || site.equals("none")) ? headers : null;
		}
		if (!this.allowed.contains(origin) && !PREVIEW.matcher(origin).matches()) {
			return null;
		}
		headers.put("Access-Control-Allow-Origin", origin);
		headers.put("Access-Control-Allow-Credentials", "true");
		headers.put("Access-Control-Expose-Headers", EXPOSED);
		return headers;
	}

	// Return the response to a preflight request.
	static RemoteAnswer preflight(RemoteRequest request, Map<String, String> ofBrowser) {
		Map<String, String> headers = new LinkedHashMap<>(ofBrowser);
		headers.put("Access-Control-Allow-Methods", METHODS);
		headers.put("Access-Control-Allow-Headers", HEADERS);
		headers.put("Access-Control-Max-Age", "86400");
		if ("true".equals(request.header(PRIVATE_NETWORK))) {
			headers.put("Access-Control-Allow-Private-Network", "true");
		}
		return new RemoteAnswer.Text(204, headers, "");
	}

}
