package dev.braintrust.spring.support;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.sun.net.httpserver.HttpExchange;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * The upload flow of Braintrust's specification, behind a real HTTP server: login, signed
 * URL, storage, status.
 */
public final class UploadFlow {

	private final Map<Step, Queue<Fault>> faults = new EnumMap<>(Step.class);

	private final List<Request> requests = new ArrayList<>();

	private final Map<String, JsonNode> signed = new LinkedHashMap<>();

	private final Map<String, byte[]> objects = new ConcurrentHashMap<>();

	private final Map<String, JsonNode> statuses = new LinkedHashMap<>();

	private final CountDownLatch released = new CountDownLatch(1);

	private volatile String login = """
			{"org_info": [{"id": "org-1", "name": "Acme"}]}""";

	private volatile String storage = "";

	private volatile boolean keepsBytes = true;

	/**
	 * Answer the next requests of a step with faults.
	 */
	public synchronized UploadFlow failing(Step step, Fault... faults) {
		this.faults.computeIfAbsent(step, (key) -> new ArrayDeque<>()).addAll(List.of(faults));
		return this;
	}

	/**
	 * Answer logins as for a key with two organizations.
	 */
	public UploadFlow ofTwoOrganizations() {
		this.login = """
				{"org_info": [{"id": "org-1", "name": "Acme"}, {"id": "org-2", "name": "Other"}]}""";
		return this;
	}

	/**
	 * Return upload URLs of another host.
	 */
	public UploadFlow storingAt(String storage) {
		this.storage = storage;
		return this;
	}

	/**
	 * Count bytes without keeping them.
	 */
	public UploadFlow forgetful() {
		this.keepsBytes = false;
		return this;
	}

	public void release() {
		this.released.countDown();
	}

	static boolean isPartOf(String path) {
		return Step.of(path) != null;
	}

	void handle(HttpExchange exchange, String url) throws IOException {
		byte[] body = exchange.getRequestBody().readAllBytes();
		Step step = Step.of(exchange.getRequestURI().getPath());
		Fault fault = receive(step, exchange, body);
		if (fault != null && fault.status() == Fault.HANG) {
			try {
				this.released.await(10, TimeUnit.MINUTES);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			return;
		}
		if (fault != null && fault.status() == Fault.CUT) {
			return;
		}
		if (fault != null) {
			if (fault.retryAfter() != null) {
				exchange.getResponseHeaders().add("Retry-After", fault.retryAfter());
			}
			if (fault.location() != null) {
				exchange.getResponseHeaders().add("Location", fault.location());
			}
			answer(exchange, fault.status(), "refused");
			return;
		}
		answer(exchange, 200, answer(step, exchange, body, url));
	}

	private static void answer(HttpExchange exchange, int status, String text) throws IOException {
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		exchange.sendResponseHeaders(status, bytes.length);
		exchange.getResponseBody().write(bytes);
	}

	private synchronized Fault receive(Step step, HttpExchange exchange, byte[] body) {
		this.requests.add(new Request(step, exchange.getRequestMethod(), exchange.getRequestURI().getPath(),
				exchange.getRequestHeaders().getFirst("Authorization"),
				exchange.getRequestHeaders().getFirst("Content-Type"),
				exchange.getRequestHeaders().getFirst("x-signed"),
				exchange.getRequestHeaders().getFirst("x-ms-blob-type"),
				(step != Step.STORAGE) ? new String(body, StandardCharsets.UTF_8) : ""));
		Queue<Fault> queue = this.faults.get(step);
		return (queue != null) ? queue.poll() : null;
	}

	private synchronized String answer(Step step, HttpExchange exchange, byte[] body, String url) {
		String text = (step != Step.STORAGE) ? new String(body, StandardCharsets.UTF_8) : "";
		return switch (step) {
			case LOGIN -> this.login;
			case URL -> {
				JsonNode request = ReceivedSpan.parse(text);
				this.signed.put(request.get("key").asString(), request);
				yield """
						{"signedUrl": "%s/storage/%s?signature=s3cret", "headers": {"x-signed": "yes"}}"""
					.formatted(this.storage.isEmpty() ? url : this.storage, request.get("key").asString());
			}
			case STORAGE -> {
				String path = exchange.getRequestURI().getPath();
				this.objects.put(path.substring(path.lastIndexOf('/') + 1), this.keepsBytes ? body : new byte[0]);
				notifyAll();
				yield "";
			}
			case STATUS -> {
				JsonNode status = ReceivedSpan.parse(text);
				this.statuses.put(status.get("key").asString(), status);
				yield "{}";
			}
		};
	}

	/**
	 * The bytes in the storage by their key.
	 */
	public Map<String, byte[]> objects() {
		return Map.copyOf(this.objects);
	}

	/**
	 * Replace the references in a JSON by data URLs with the stored bytes. Waits for the
	 * bytes.
	 */
	public JsonNode inlined(JsonNode json) {
		if (json instanceof ObjectNode object) {
			if (object.path("type").asString("").equals("braintrust_attachment")) {
				return StringNode.valueOf("data:" + object.get("content_type").asString() + ";base64,"
						+ Base64.getEncoder().encodeToString(await(object.get("key").asString())));
			}
			ObjectNode copy = object.objectNode();
			object.properties().forEach((field) -> copy.set(field.getKey(), inlined(field.getValue())));
			return copy;
		}
		if (json instanceof ArrayNode array) {
			ArrayNode copy = array.arrayNode();
			array.forEach((element) -> copy.add(inlined(element)));
			return copy;
		}
		return json;
	}

	private synchronized byte[] await(String key) {
		long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
		while (!this.objects.containsKey(key) && System.nanoTime() < end) {
			try {
				wait(1000);
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}
		return this.objects.get(key);
	}

	/**
	 * The requests for upload URLs by key.
	 */
	public synchronized Map<String, JsonNode> signed() {
		return Map.copyOf(this.signed);
	}

	/**
	 * The last reported status of each key.
	 */
	public synchronized Map<String, JsonNode> statuses() {
		return Map.copyOf(this.statuses);
	}

	public synchronized List<Request> requests() {
		return List.copyOf(this.requests);
	}

	public List<Request> requests(Step step) {
		return requests().stream().filter((request) -> request.step() == step).toList();
	}

	/**
	 * A step of the flow.
	 */
	public enum Step {

		LOGIN, URL, STORAGE, STATUS;

		private static Step of(String path) {
			if (path.endsWith("/api/apikey/login")) {
				return LOGIN;
			}
			if (path.endsWith("/attachment")) {
				return URL;
			}
			return path.endsWith("/attachment/status") ? STATUS : (path.contains("/storage/") ? STORAGE : null);
		}

	}

	/**
	 * A fault to simulate.
	 */
	public record Fault(int status, String retryAfter, String location) {

		private static final int CUT = -1;

		private static final int HANG = -2;

		public static Fault status(int status) {
			return new Fault(status, null, null);
		}

		public static Fault status(int status, String retryAfter) {
			return new Fault(status, retryAfter, null);
		}

		public static Fault redirect(String location) {
			return new Fault(307, null, location);
		}

		public static Fault cut() {
			return new Fault(CUT, null, null);
		}

		public static Fault hang() {
			return new Fault(HANG, null, null);
		}

	}

	/**
	 * A received request.
	 */
	public record Request(Step step, String method, String path, String authorization, String contentType,
			String signedHeader, String blobType, String body) {
	}

}
