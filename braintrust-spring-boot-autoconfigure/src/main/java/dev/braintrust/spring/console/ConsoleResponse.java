package dev.braintrust.spring.console;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A response of the console, with its security headers.
 */
record ConsoleResponse(int status, Map<String, String> headers, byte[] body) {

	// Only the console's own scripts and styles run. Trusted types make Chromium refuse
	// code that would turn text into markup.
	private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
			+ "media-src 'self'; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; "
			+ "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

	// Media is untrusted, so nothing in it may run.
	private static final String POLICY_OF_MEDIA = "default-src 'none'; sandbox; frame-ancestors 'none'";

	// The browser's PDF viewer does not start in a sandboxed page. It has its
	// own sandbox.
	private static final String POLICY_OF_DOCUMENTS = "default-src 'none'; object-src 'self'; "
			+ "style-src 'unsafe-inline'; frame-ancestors 'self'";

	static ConsoleResponse of(String contentType, byte[] body) {
		return new ConsoleResponse(200, headers(contentType, POLICY), body);
	}

	// Let the browser cache this response forever.
	ConsoleResponse kept() {
		this.headers.put("Cache-Control", "private, max-age=31536000, immutable");
		return this;
	}

	static ConsoleResponse media(String type, String name, byte[] body) {
		boolean document = type.equals(RowMedia.PDF);
		boolean shown = document || type.startsWith("image/") || type.startsWith("audio/");
		Map<String, String> headers = headers(type.isEmpty() ? "application/octet-stream" : type,
				document ? POLICY_OF_DOCUMENTS : POLICY_OF_MEDIA);
		if (document) {
			headers.put("X-Frame-Options", "SAMEORIGIN");
		}
		headers.put("Content-Disposition",
				(shown ? "inline" : "attachment") + "; filename=\"" + name.replaceAll("[^\\w. -]", "_") + "\"");
		return new ConsoleResponse(200, headers, body);
	}

	static ConsoleResponse error(int status, String message) {
		return new ConsoleResponse(status, headers("text/plain;charset=utf-8", POLICY),
				(message + "\n").getBytes(StandardCharsets.UTF_8));
	}

	static ConsoleResponse to(String location) {
		Map<String, String> headers = headers("text/plain;charset=utf-8", POLICY);
		headers.put("Location", location);
		return new ConsoleResponse(302, headers, new byte[0]);
	}

	private static Map<String, String> headers(String contentType, String policy) {
		Map<String, String> headers = new LinkedHashMap<>();
		headers.put("Content-Type", contentType);
		headers.put("Content-Security-Policy", policy);
		headers.put("Cache-Control", "no-store");
		headers.put("X-Content-Type-Options", "nosniff");
		headers.put("X-Frame-Options", "DENY");
		headers.put("Referrer-Policy", "no-referrer");
		headers.put("Cross-Origin-Resource-Policy", "same-origin");
		headers.put("Cross-Origin-Opener-Policy", "same-origin");
		headers.put("X-Robots-Tag", "noindex");
		return headers;
	}

}
