package dev.braintrust.spring.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.braintrust.spring.support.BraintrustServer.Call;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The data of a {@link BraintrustServer}: projects, experiments, datasets, functions and
 * prompts, in the form of recorded answers. Thread-safe.
 */
public final class BraintrustData {

	/**
	 * The initial project.
	 */
	public static final String PROJECT_NAME = "java-unit-test";

	/**
	 * Its id.
	 */
	public static final String PROJECT_ID = "33333333-3333-4333-8333-333333333333";

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private static final Pattern MAX_VERSION = Pattern.compile("max\\(_xact_id\\).*dataset\\('([^']+)'\\)");

	private static final Pattern BY_ID = Pattern.compile("/v1/(\\w+)/([^/]+)(?:/(\\w+))?");

	// By the kind of object, such as "experiment".
	private final Map<String, List<ObjectNode>> objects = new LinkedHashMap<>();

	// The rows of experiments and datasets by their id, oldest first.
	private final Map<String, List<ObjectNode>> rows = new LinkedHashMap<>();

	// Versions by "environment/{kind}/{id}/{slug}" or "snapshot/{id}/{name}".
	private final Map<String, String> versions = new LinkedHashMap<>();

	private final Map<String, Function<JsonNode, JsonNode>> functions = new LinkedHashMap<>();

	private ObjectNode login = recorded("login");

	// The answers to logins with special tokens, null for a refusal.
	private final Map<String, ObjectNode> logins = new LinkedHashMap<>();

	private final Set<String> blind = new LinkedHashSet<>();

	private Function<String, JsonNode> queries = (query) -> recorded("btql-logs");

	private int pageSize = 2;

	private boolean overlapping;

	private boolean endless;

	private int taken = Integer.MAX_VALUE;

	private long lastVersion = 1000197155625133059L;

	BraintrustData() {
		add("project", (ObjectNode) recorded("projects").at("/objects/0"));
		add("dataset", recorded("dataset"));
		hasRows(dataset("food").path("id").asString(), (ObjectNode) recorded("dataset-rows").at("/events/0"));
		for (String recording : List.of("functions-code-old", "functions-code", "functions-judge")) {
			add("function", (ObjectNode) recorded(recording).at("/objects/0"));
		}
		invoking("typescript-exact-match", (input) -> recorded("invoke-code"));
		invoking("close-enough-judge", (input) -> recorded("invoke-judge"));
		add("prompt", (ObjectNode) recorded("prompts-old").at("/objects/0"));
		add("prompt", (ObjectNode) recorded("prompts").at("/objects/0"));
	}

	/**
	 * A recorded answer.
	 */
	public static ObjectNode recorded(String name) {
		try (InputStream stream = BraintrustData.class.getResourceAsStream("/braintrust/" + name + ".json")) {
			return (ObjectNode) JSON.readTree(stream);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Add an object of a kind: {@code project}, {@code experiment}, {@code dataset},
	 * {@code function} or {@code prompt}. Objects with the same id are versions.
	 */
	public synchronized BraintrustData add(String kind, ObjectNode object) {
		this.objects.computeIfAbsent(kind, (added) -> new ArrayList<>()).add(object);
		return this;
	}

	/**
	 * Add rows to a dataset or an experiment, oldest first. Rows without an id or a
	 * version get one.
	 */
	public synchronized BraintrustData hasRows(String id, ObjectNode... rows) {
		for (ObjectNode row : rows) {
			this.lastVersion++;
			ObjectNode added = row.deepCopy();
			if (!added.hasNonNull("id")) {
				added.put("id", UUID.randomUUID().toString());
			}
			if (!added.hasNonNull("_xact_id")) {
				added.put("_xact_id", String.valueOf(this.lastVersion));
			}
			this.rows.computeIfAbsent(id, (key) -> new ArrayList<>()).add(added);
		}
		return this;
	}

	/**
	 * Accept at most this many rows of an insert.
	 */
	public synchronized BraintrustData taking(int rows) {
		this.taken = rows;
		return this;
	}

	/**
	 * Delete rows of a dataset. Earlier versions still have them.
	 */
	public synchronized BraintrustData deletes(String id, List<String> rows) {
		rows.forEach((row) -> hasRows(id, object().put("id", row).put("_object_delete", true)));
		return this;
	}

	/**
	 * Assign a version of an object to an environment.
	 */
	public synchronized BraintrustData hasEnvironment(String kind, String id, String slug, String version) {
		this.versions.put("environment/" + kind + "/" + id + "/" + slug, version);
		return this;
	}

	/**
	 * Name a version of a dataset.
	 */
	public synchronized BraintrustData hasSnapshot(String id, String name, String version) {
		this.versions.put("snapshot/" + id + "/" + name, version);
		return this;
	}

	/**
	 * Answer calls of a function, from their {@code input}.
	 */
	public synchronized BraintrustData invoking(String slug, Function<JsonNode, JsonNode> function) {
		this.functions.put(slug, function);
		return this;
	}

	/**
	 * Answer queries other than those for versions of datasets.
	 */
	public synchronized BraintrustData answering(Function<String, JsonNode> queries) {
		this.queries = queries;
		return this;
	}

	/**
	 * Answer logins with an organization's settings for Git metadata.
	 */
	public synchronized BraintrustData allowingGit(String settings) {
		((ObjectNode) this.login.at("/org_info/0")).set("git_metadata", JSON.readTree(settings));
		return this;
	}

	/**
	 * Refuse a token everywhere, like an expired one.
	 */
	public synchronized BraintrustData refusing(String token) {
		this.logins.put(token, null);
		return this;
	}

	/**
	 * Assign a token to another organization, which does not see the projects.
	 */
	public synchronized BraintrustData ofOrganization(String token, String id, String name) {
		ObjectNode login = recorded("login");
		((ObjectNode) login.at("/org_info/0")).put("id", id).put("name", name);
		this.logins.put(token, login);
		return blind(token);
	}

	/**
	 * Hide the projects from a token.
	 */
	public synchronized BraintrustData blind(String token) {
		this.blind.add(token);
		return this;
	}

	/**
	 * Set the maximum number of rows of a page.
	 */
	public synchronized BraintrustData pageSize(int pageSize) {
		this.pageSize = pageSize;
		return this;
	}

	/**
	 * Let each page begin with the last row of the previous page, as Braintrust may do.
	 */
	public synchronized BraintrustData overlapping() {
		this.overlapping = true;
		return this;
	}

	/**
	 * Answer each page with the cursor of the first one.
	 */
	public synchronized BraintrustData endless() {
		this.endless = true;
		return this;
	}

	public synchronized List<ObjectNode> all(String kind) {
		return List.copyOf(this.objects.getOrDefault(kind, List.of()));
	}

	public List<ObjectNode> experiments() {
		return all("experiment");
	}

	public ObjectNode dataset(String name) {
		return all("dataset").stream()
			.filter((dataset) -> dataset.path("name").asString("").equals(name))
			.findFirst()
			.orElseThrow();
	}

	public synchronized List<ObjectNode> rows(String id) {
		return List.copyOf(this.rows.getOrDefault(id, List.of()));
	}

	synchronized Answer answer(Call call) {
		String path = call.path();
		String token = String.valueOf(call.authorization()).replace("Bearer ", "");
		if (this.logins.containsKey(token) && this.logins.get(token) == null) {
			return new Answer(401, object().put("Code", "Unauthorized"), Map.of());
		}
		if (path.equals("/api/apikey/login")) {
			return Answer.of(this.logins.getOrDefault(call.body().path("token").asString(""), this.login));
		}
		if (this.blind.contains(token)) {
			return new Answer(403, object().put("Code", "Forbidden"), Map.of());
		}
		if (path.equals("/btql")) {
			return Answer.of(query(call.body().path("query").asString("")));
		}
		if (path.equals("/api/dataset_snapshot/get")) {
			return snapshot(call.body());
		}
		if (path.equals("/function/invoke")) {
			// The function's global name, its slug, its session function id, or its name.
			String name = Stream.of("global_function", "slug", "prompt_session_function_id", "name")
				.map((field) -> call.body().path(field).asString(""))
				.filter((value) -> !value.isEmpty())
				.findFirst()
				.orElse("");
			Function<JsonNode, JsonNode> function = this.functions.get(name);
			return (function != null) ? Answer.of(function.apply(call.body())) : Answer.NOT_FOUND;
		}
		if (path.startsWith("/environment-object/")) {
			String version = this.versions.get("environment" + path.substring("/environment-object".length()));
			return (version != null) ? Answer.of(object().put("object_version", version)) : Answer.NOT_FOUND;
		}
		if (path.matches("/v1/\\w+")) {
			String kind = path.substring("/v1/".length());
			return call.method().equals("POST") ? create(kind, (ObjectNode) call.body()) : find(kind, call.query());
		}
		Matcher byId = BY_ID.matcher(path);
		return byId.matches() ? byId(byId.group(1), byId.group(2), byId.group(3), call) : Answer.NOT_FOUND;
	}

	private JsonNode query(String query) {
		Matcher matcher = MAX_VERSION.matcher(query);
		if (!matcher.find()) {
			return this.queries.apply(query);
		}
		List<ObjectNode> rows = rows(matcher.group(1));
		ObjectNode answer = object();
		ObjectNode data = answer.putArray("data").addObject().put("count", rows.size());
		data.put("version", rows.stream().map(BraintrustData::version).max(Comparator.naturalOrder()).orElse(null));
		return answer;
	}

	private Answer snapshot(JsonNode body) {
		ArrayNode found = JsonNodeFactory.instance.arrayNode();
		String version = this.versions
			.get("snapshot/" + body.path("dataset_id").asString() + "/" + body.path("name").asString());
		if (version != null) {
			found.addObject().put("xact_id", version);
		}
		return Answer.of(found);
	}

	// An existing object of the name is returned unmodified, or the new one gets
	// a suffix.
	private Answer create(String kind, ObjectNode body) {
		String name = body.path("name").asString("");
		String project = body.path("project_id").asString("");
		List<ObjectNode> same = all(kind).stream()
			.filter((each) -> each.path("name").asString("").equals(name)
					&& (kind.equals("project") || each.path("project_id").asString("").equals(project)))
			.toList();
		boolean another = body.path("ensure_new").asBoolean(false);
		if (!same.isEmpty() && !another) {
			return new Answer(200, same.get(0), Map.of("x-bt-found-existing", "true"));
		}
		ObjectNode created = kind.equals("project") ? ((ObjectNode) recorded("projects").at("/objects/0"))
				: recorded(kind);
		created.setAll((ObjectNode) body.deepCopy());
		created.remove("ensure_new");
		created.put("id", UUID.randomUUID().toString());
		created.put("name", same.isEmpty() ? name : name + "-" + UUID.randomUUID().toString().substring(0, 8));
		add(kind, created);
		return new Answer(200, created, Map.of("x-bt-found-existing", "false"));
	}

	private Answer find(String kind, Map<String, String> query) {
		Predicate<ObjectNode> wanted = (object) -> true;
		for (Map.Entry<String, String> parameter : query.entrySet()) {
			wanted = wanted.and(filter(kind, parameter.getKey(), parameter.getValue()));
		}
		Map<String, ObjectNode> found = new LinkedHashMap<>();
		// Only the newest version of each object, the newest objects first.
		all(kind).stream().filter(wanted).forEach((object) -> found.put(object.path("id").asString(), object));
		List<ObjectNode> newestFirst = new ArrayList<>(found.values());
		Collections.reverse(newestFirst);
		if (query.containsKey("environment") && newestFirst.size() != 1) {
			return Answer.BAD_REQUEST;
		}
		int limit = Integer.parseInt(query.getOrDefault("limit", "1000"));
		ObjectNode answer = object();
		ArrayNode objects = answer.putArray("objects");
		newestFirst.stream().limit(limit).forEach(objects::add);
		return Answer.of(answer);
	}

	private Predicate<ObjectNode> filter(String kind, String parameter, String value) {
		return switch (parameter) {
			case "project_id", "slug" -> (object) -> object.path(parameter).asString("").equals(value);
			case "project_name" -> kind.equals("project") ? (object) -> object.path("name").asString("").equals(value)
					: (object) -> object.path("project_id").asString("").equals(projectId(value));
			case "version" -> (object) -> version(object).equals(value);
			case "environment" -> (object) -> version(object)
				.equals(this.versions.get("environment/" + kind + "/" + object.path("id").asString() + "/" + value));
			case "limit", "org_name" -> (object) -> true;
			default -> parameter.equals(kind + "_name") ? (object) -> object.path("name").asString("").equals(value)
					: (object) -> {
						throw new IllegalArgumentException("An unknown parameter: " + parameter);
					};
		};
	}

	private String projectId(String name) {
		return all("project").stream()
			.filter((project) -> project.path("name").asString("").equals(name))
			.map((project) -> project.path("id").asString())
			.findFirst()
			.orElse("");
	}

	private Answer byId(String kind, String id, String action, Call call) {
		List<ObjectNode> versions = all(kind).stream().filter((each) -> each.path("id").asString().equals(id)).toList();
		if (versions.isEmpty()) {
			return Answer.NOT_FOUND;
		}
		ObjectNode newest = versions.get(versions.size() - 1);
		return switch ((action != null) ? action : "") {
			case "" -> Answer.of(newest);
			case "fetch" -> fetch(id, call.body());
			case "insert" -> insert(id, call.body());
			case "invoke" -> Answer.of(this.functions.get(newest.path("slug").asString()).apply(call.body()));
			default -> Answer.NOT_FOUND;
		};
	}

	private Answer fetch(String id, JsonNode body) {
		String version = body.path("version").asString("9");
		List<ObjectNode> rows = new ArrayList<>(
				rows(id).stream().filter((row) -> version(row).compareTo(version) <= 0).toList());
		List<String> deleted = rows.stream()
			.filter((row) -> row.has("_object_delete"))
			.map((row) -> row.path("id").asString())
			.toList();
		rows.removeIf((row) -> deleted.contains(row.path("id").asString()));
		Collections.reverse(rows);
		int start = Integer.parseInt(body.path("cursor").asString("0"));
		int end = Math.min(start + Math.min(this.pageSize, body.path("limit").asInt(1000)), rows.size());
		ObjectNode answer = object();
		ArrayNode events = answer.putArray("events");
		rows.subList((this.overlapping && start > 0 && start < rows.size()) ? start - 1 : start, end)
			.forEach(events::add);
		if (start < rows.size()) {
			answer.put("cursor", this.endless ? "1" : String.valueOf(end));
		}
		return Answer.of(answer);
	}

	private Answer insert(String id, JsonNode body) {
		ObjectNode answer = object();
		ArrayNode ids = answer.putArray("row_ids");
		for (JsonNode row : body.path("events")) {
			if (ids.size() == this.taken) {
				break;
			}
			hasRows(id, (ObjectNode) row);
			List<ObjectNode> all = rows(id);
			ids.add(all.get(all.size() - 1).path("id"));
		}
		return Answer.of(answer);
	}

	private static String version(ObjectNode object) {
		return object.path("_xact_id").asString("");
	}

	private static ObjectNode object() {
		return JsonNodeFactory.instance.objectNode();
	}

	record Answer(int status, JsonNode body, Map<String, String> headers) {

		static final Answer NOT_FOUND = new Answer(404, object().put("Code", "NotFound"), Map.of());

		static final Answer BAD_REQUEST = new Answer(400, object().put("Code", "BadRequest"), Map.of());

		static Answer of(JsonNode body) {
			return new Answer(200, body, Map.of());
		}

	}

}
