package dev.braintrust.spring.eval.remote;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

import dev.braintrust.spring.api.ProjectApi;
import dev.braintrust.spring.eval.Eval;
import dev.braintrust.spring.eval.data.CaseReader;
import dev.braintrust.spring.eval.data.Dataset;
import dev.braintrust.spring.eval.data.DatasetVersions;
import dev.braintrust.spring.eval.data.EvalCase;
import dev.braintrust.spring.eval.data.EvalCase.Origin;
import dev.braintrust.spring.eval.data.RowPages;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the cases that a caller requests: rows of the request, of a dataset or of an
 * experiment. Rows in Braintrust are read with the caller's token.
 */
final class RequestedCases<I, E> {

	// Fields that a filter of the playground must not set.
	private static final Set<String> RESERVED = Set.of("cursor", "limit", "select", "from");

	private final CaseReader<I, E> reader;

	private final Caller caller;

	private final RemoteLimits limits;

	private long rows;

	private long size;

	RequestedCases(Eval<I, ?, E> eval, Caller caller, RemoteLimits limits) {
		this.reader = new CaseReader<>(eval.inputType(), eval.expectedType());
		this.caller = caller;
		this.limits = limits;
	}

	// Rows of the request are converted immediately. Rows in Braintrust are loaded later
	// by the supplier, because that takes time.
	Supplier<Dataset<I, E>> of(JsonNode data) {
		if (data.hasNonNull("data")) {
			Dataset<I, E> cases = inline(data.path("data"));
			return () -> cases;
		}
		return data.hasNonNull("experiment_name") ? () -> experiment(data.path("experiment_name").asString(""))
				: () -> dataset(data);
	}

	private Dataset<I, E> inline(JsonNode rows) {
		List<EvalCase<I, E>> cases = new ArrayList<>();
		for (JsonNode row : rows) {
			add(cases, row, origin(row.path("origin")));
		}
		return Dataset.of(cases);
	}

	private static @Nullable Origin origin(JsonNode json) {
		String type = text(json, "object_type");
		String object = text(json, "object_id");
		String id = text(json, "id");
		return (type != null && object != null && id != null)
				? new Origin(type, object, id, text(json, "_xact_id"), text(json, "created")) : null;
	}

	private void add(List<EvalCase<I, E>> cases, JsonNode row, @Nullable Origin origin) {
		EvalCase<I, E> read;
		try {
			read = this.reader.read(row, origin);
		}
		catch (RuntimeException ex) {
			throw problem("Row " + (cases.size() + 1) + " cannot be used: " + ex.getMessage());
		}
		// Each trial counts as a row.
		this.rows += (read.trials() != null) ? read.trials() : 1;
		if (this.rows > this.limits.maxRows()) {
			throw problem("There are more than " + this.limits.maxRows() + " rows, which "
					+ "'braintrust.evals.remote.max-rows' of the application does not allow.");
		}
		cases.add(read);
	}

	// Loaded rows stay in memory until the run has ended, so their size is limited.
	private void addLoaded(List<EvalCase<I, E>> cases, JsonNode row, @Nullable Origin origin) {
		this.size += row.toString().length();
		if (this.size > this.limits.maxLoadedSize()) {
			throw problem("The rows have more than " + this.limits.maxLoadedSize() + " characters. Choose fewer rows.");
		}
		add(cases, row, origin);
	}

	private Dataset<I, E> dataset(JsonNode data) {
		String id = text(data, "dataset_id");
		String named = (id != null) ? id : id(data);
		String version = version(data, named);
		JsonNode filter = withoutNulls(data.path("_internal_btql"));
		RowPages rows = !filter.isEmpty() ? queried(query(named, version, filter))
				: fetched("/v1/dataset/" + ProjectApi.encode(named), version, (row) -> true);
		List<EvalCase<I, E>> cases = new ArrayList<>();
		int most = filter.path("limit").asInt(Integer.MAX_VALUE);
		while (cases.size() < most && rows.hasNext()) {
			JsonNode row = rows.next();
			addLoaded(cases, row, new Origin("dataset", named, String.valueOf(text(row, "id")), text(row, "_xact_id"),
					text(row, "created")));
		}
		return new BraintrustCases<>(cases, new Dataset.DatasetVersion(named, version));
	}

	private String id(JsonNode data) {
		String project = text(data, "project_name");
		String path = "/v1/dataset?dataset_name=" + ProjectApi.encode(String.valueOf(text(data, "dataset_name")))
				+ ((project != null)
						? "&project_name=" + ProjectApi.encode(project) + "&org_name="
								+ ProjectApi.encode(this.caller.organization())
						: "&project_id=" + ProjectApi.encode(this.caller.projectId()));
		return found(path, "dataset");
	}

	private String found(String path, String kind) {
		String id = text(this.caller.api().get(path).path("objects").path(0), "id");
		if (id == null) {
			throw problem("There is no " + kind + " with this name that the token can read.");
		}
		return id;
	}

	// Return the requested version, or else the current one, so that all pages have the
	// same version. A dataset without rows has no version.
	private @Nullable String version(JsonNode data, String id) {
		String version = text(data, "dataset_version");
		if (version != null) {
			return version;
		}
		DatasetVersions versions = new DatasetVersions(this.caller.api());
		String environment = text(data, "dataset_environment");
		if (environment == null) {
			return versions.latest(id);
		}
		version = versions.of(environment, id, this.caller.organization());
		if (version == null) {
			throw problem("The environment has no version of the dataset.");
		}
		return version;
	}

	private RowPages fetched(String object, @Nullable String version, Predicate<JsonNode> wanted) {
		return RowPages.of(this.caller.api(), object, version, wanted, RequestedCases::unreadable);
	}

	private RowPages queried(ObjectNode body) {
		ObjectNode query = (ObjectNode) body.path("query");
		return new RowPages((limit, cursor) -> {
			query.put("limit", limit);
			if (cursor != null) {
				query.put("cursor", cursor);
			}
			return new RowPages.Page(this.caller.api().post("/btql", body), "data");
		}, query.path("limit").asInt(), (row) -> true, RequestedCases::unreadable);
	}

	private static RequestProblem unreadable(String problem) {
		return problem("The rows cannot be read. " + problem);
	}

	private static ObjectNode withoutNulls(JsonNode filter) {
		ObjectNode said = JsonNodeFactory.instance.objectNode();
		filter.properties().forEach((each) -> {
			if (!each.getValue().isNull()) {
				said.set(each.getKey(), each.getValue());
			}
		});
		return said;
	}

	// Build the query for the rows that the playground shows, like Braintrust's SDK
	// for JavaScript.
	private static ObjectNode query(String id, @Nullable String version, JsonNode filter) {
		ObjectNode body = JsonNodeFactory.instance.objectNode();
		ObjectNode query = body.putObject("query");
		filter.properties().forEach((each) -> {
			if (!RESERVED.contains(each.getKey())) {
				query.set(each.getKey(), each.getValue());
			}
		});
		query.putArray("select").addObject().put("op", "star");
		ObjectNode from = query.putObject("from").put("op", "function");
		from.putObject("name").put("op", "ident").putArray("name").add("dataset");
		from.putArray("args").addObject().put("op", "literal").put("value", id);
		query.put("limit", Math.max(1, Math.min(RowPages.LIMIT, filter.path("limit").asInt(RowPages.LIMIT))));
		body.put("use_columnstore", false).put("brainstore_realtime", true);
		return (version != null) ? body.put("version", version) : body;
	}

	// If a row has no expected output, its output becomes the expected output.
	private Dataset<I, E> experiment(String name) {
		String id = found("/v1/experiment?experiment_name=" + ProjectApi.encode(name) + "&project_id="
				+ ProjectApi.encode(this.caller.projectId()), "experiment");
		List<EvalCase<I, E>> cases = new ArrayList<>();
		fetched("/v1/experiment/" + ProjectApi.encode(id), null,
				(row) -> row.path("is_root").asBoolean(row.path("span_parents").isEmpty()))
			.forEachRemaining((row) -> {
				ObjectNode asCase = ((ObjectNode) row).deepCopy();
				if (!asCase.hasNonNull("expected")) {
					asCase.set("expected", row.path("output"));
				}
				addLoaded(cases, asCase, origin(row.path("origin")));
			});
		return Dataset.of(cases);
	}

	private static @Nullable String text(JsonNode json, String name) {
		String text = json.path(name).asString("");
		return text.isBlank() ? null : text;
	}

	private static RequestProblem problem(String message) {
		return new RequestProblem(RequestProblem.BAD_REQUEST, message);
	}

	private record BraintrustCases<I, E>(List<EvalCase<I, E>> cases, DatasetVersion version) implements Dataset<I, E> {

		@Override
		public Iterator<EvalCase<I, E>> iterator() {
			return this.cases.iterator();
		}

	}

}
