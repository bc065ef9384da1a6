package dev.braintrust.spring.support;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import tools.jackson.databind.JsonNode;

/**
 * A stand-in for Braintrust's playground page, which calls remote evaluations.
 */
public final class Playground {

	/**
	 * The origin of the page.
	 */
	public static final String ORIGIN = "https://www.braintrust.dev";

	// HTTP/1.1 only. By default the client asks the server to upgrade the connection,
	// which may come too late.
	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final String url;

	private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

	/**
	 * Create a playground for the address of a project.
	 */
	public Playground(String url, String token, String organization) {
		this.url = url;
		with("Origin", ORIGIN);
		with("Authorization", (token != null) ? "Bearer " + token : null);
		with("x-bt-org-name", organization);
	}

	/**
	 * Set a header for all further requests, or remove it with null.
	 */
	public Playground with(String header, String value) {
		this.headers.put(header, value);
		return this;
	}

	public HttpResponse<String> send(String method, String path, String body) throws IOException, InterruptedException {
		return this.client.send(request(method, path, body), HttpResponse.BodyHandlers.ofString());
	}

	public HttpResponse<String> get(String path) throws IOException, InterruptedException {
		return send("GET", path, "");
	}

	public JsonNode list() throws IOException, InterruptedException {
		HttpResponse<String> response = get("list");
		if (response.statusCode() != 200) {
			throw new IllegalStateException("Status " + response.statusCode() + ": " + response.body());
		}
		return ReceivedSpan.parse(response.body());
	}

	/**
	 * Run an evaluation and read all of its events.
	 */
	public List<Event> run(String body) throws IOException, InterruptedException {
		try (Reading reading = start(body)) {
			List<Event> events = new ArrayList<>();
			for (Event event = reading.next(); event != null; event = reading.next()) {
				if (!event.isComment()) {
					events.add(event);
				}
			}
			return events;
		}
	}

	/**
	 * Run an evaluation and read its events one by one.
	 */
	public Reading start(String body) throws IOException, InterruptedException {
		HttpResponse<InputStream> response = this.client.send(request("POST", "eval", body),
				HttpResponse.BodyHandlers.ofInputStream());
		if (response.statusCode() != 200) {
			throw new IllegalStateException("Status " + response.statusCode() + ": "
					+ new String(response.body().readAllBytes(), StandardCharsets.UTF_8));
		}
		return new Reading(response);
	}

	private HttpRequest request(String method, String path, String body) {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(this.url + path))
			.method(method,
					body.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
		this.headers.forEach((name, value) -> {
			if (value != null) {
				request.header(name, value);
			}
		});
		return request.build();
	}

	/**
	 * A run whose events are read. Closing it is like leaving the page.
	 */
	public static final class Reading implements AutoCloseable {

		private final HttpResponse<InputStream> response;

		Reading(HttpResponse<InputStream> response) {
			this.response = response;
		}

		public HttpResponse<?> response() {
			return this.response;
		}

		/**
		 * The next event or comment, null at the end.
		 */
		public Event next() throws IOException {
			StringBuilder block = new StringBuilder();
			InputStream stream = this.response.body();
			for (int next = stream.read(); next != -1; next = stream.read()) {
				block.append((char) next);
				if (block.length() > 1 && block.substring(block.length() - 2).equals("\n\n")) {
					return Event.of(block.toString());
				}
			}
			return null;
		}

		@Override
		public void close() throws IOException {
			this.response.body().close();
		}

	}

	/**
	 * A received event.
	 *
	 * @param name its name, empty for a comment
	 * @param data its data
	 */
	public record Event(String name, String data) {

		static Event of(String block) {
			String text = new String(block.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
			if (text.startsWith(":")) {
				return new Event("", text.strip());
			}
			String[] lines = text.strip().split("\n");
			if (!lines[0].startsWith("event: ") || lines.length > 2
					|| (lines.length == 2 && !lines[1].startsWith("data:"))) {
				throw new IllegalStateException("No event: " + text);
			}
			return new Event(lines[0].substring("event: ".length()),
					(lines.length == 2) ? lines[1].substring("data:".length()).strip() : "");
		}

		boolean isComment() {
			return this.name.isEmpty();
		}

		public JsonNode json() {
			return ReceivedSpan.parse(this.data);
		}

		/**
		 * The kind of progress, such as {@code json_delta}.
		 */
		public String progress() {
			return json().path("event").asString("");
		}

	}

}
