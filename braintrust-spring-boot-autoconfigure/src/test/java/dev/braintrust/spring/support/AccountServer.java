package dev.braintrust.spring.support;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.sun.net.httpserver.HttpExchange;

/**
 * A real HTTP server that answers like the part of Braintrust's API that knows keys,
 * organizations and projects.
 */
public final class AccountServer extends LocalServer {

	private final Map<String, Answer> logins = new ConcurrentHashMap<>();

	private final Map<String, Answer> projects = new ConcurrentHashMap<>();

	private final List<String> requests = new CopyOnWriteArrayList<>();

	private final CountDownLatch released = new CountDownLatch(1);

	private volatile boolean hanging;

	/**
	 * Accept a key, with the names of its organizations. The id of an organization is
	 * {@code org-} plus its name.
	 */
	public AccountServer knows(String apiKey, String... organizations) {
		StringBuilder body = new StringBuilder("{\"org_info\": [");
		for (String name : organizations) {
			body.append((body.charAt(body.length() - 1) != '[') ? ", " : "")
				.append("{\"id\": \"org-%s\", \"name\": \"%s\", \"api_url\": null}".formatted(name, name));
		}
		return answersLogin(apiKey, 200, body.append("]}").toString());
	}

	public AccountServer answersLogin(String apiKey, int status, String body) {
		this.logins.put("Bearer " + apiKey, new Answer(status, body));
		return this;
	}

	public AccountServer hasProject(String id, String name, String organization) {
		return answersProject(id, 200,
				"{\"id\": \"%s\", \"org_id\": \"org-%s\", \"name\": \"%s\"}".formatted(id, organization, name));
	}

	public AccountServer answersProject(String id, int status, String body) {
		this.projects.put("/v1/project/" + id, new Answer(status, body));
		return this;
	}

	/**
	 * Answer no request until the server is released or closed.
	 */
	public AccountServer hanging() {
		this.hanging = true;
		return this;
	}

	/**
	 * Answer the requests that hang.
	 */
	public void release() {
		this.released.countDown();
	}

	@Override
	protected void handle(HttpExchange exchange) throws IOException {
		try (exchange) {
			String path = exchange.getRequestURI().getPath();
			exchange.getRequestBody().readAllBytes();
			this.requests.add(exchange.getRequestMethod() + " " + path);
			if (this.hanging) {
				this.released.await(10, TimeUnit.MINUTES);
			}
			boolean login = path.equals("/api/apikey/login");
			String key = exchange.getRequestHeaders().getFirst("Authorization");
			Answer answer = login ? this.logins.get(key)
					: (this.logins.containsKey(key) ? this.projects.get(path) : null);
			if (answer == null) {
				answer = new Answer(login ? 401 : 403, "{\"Code\": \"Forbidden\"}");
			}
			answer(exchange, answer.status(), answer.body());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * The methods and paths of the requests so far.
	 */
	public List<String> requests() {
		return List.copyOf(this.requests);
	}

	@Override
	public void close() {
		this.released.countDown();
		super.close();
	}

	private record Answer(int status, String body) {
	}

}
