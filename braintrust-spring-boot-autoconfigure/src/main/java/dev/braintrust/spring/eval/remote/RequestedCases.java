package dev.braintrust.spring.eval.remote;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.braintrust.spring.api.ProjectApi;
import dev.braintrust.spring.eval.Eval;
import dev.braintrust.spring.eval.data.CaseReader;
import dev.braintrust.spring.eval.data.Dataset;
import dev.braintrust.spring.eval.data.EvalCase;
import dev.braintrust.spring.eval.data.EvalCase.Origin;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The cases that a caller asks for: rows of the request, of a dataset or of an
 * experiment. Those of Braintrust are read with the token of the caller.
 *
 * @param <I> the type of the inputs
 * @param <E> the type of the expected outputs
 */
final class RequestedCases<I, E> {

	private static final int PAGE = 512;

	// What a filter of the playground may not say.
	private static final Set<String> RESERVED = Set.of("cursor", "limit", "select", "from");

	private final CaseReader<I, E> reader;

	private final Caller caller;

	private final int maxRows;

	private long rows;

	RequestedCases(Eval<I, ?, E> eval, Caller caller, int maxRows) {
		this.reader = new CaseReader<>(eval.inputType(), eval.expectedType());
		this.caller = caller;
		this.maxRows = maxRows;
	}

	// Rows of the request are read at once. The others take their time.
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
		// Each trial of a row is a row.
		this.rows += (read.trials() != null) ? read.trials() : 1;
		if (this.rows > this.maxRows) {
			throw problem("There are more than " + this.maxRows + " rows, which "
					+ "'braintrust.evals.remote.max-rows' of the application does not allow.");
		}
		cases.add(read);
	}

	private Dataset<I, E> dataset(JsonNode data) {
		String id = text(data, "dataset_id");
		String named = (id != null) ? id : id(data);
		String version = version(data, named);
		JsonNode filter = data.path("_internal_btql");
		Rows rows = (filter.isObject() && !filter.isEmpty())
				? new Rows("/btql", "data", query(named, version, filter),
						filter.path("limit").asInt(Integer.MAX_VALUE))
				: Rows.of("/v1/dataset/" + ProjectApi.encode(named), fetch(version));
		List<EvalCase<I, E>> cases = new ArrayList<>();
		read(rows, (row) -> {
			add(cases, row, new Origin("dataset", named, String.valueOf(text(row, "id")), text(row, "_xact_id"),
					text(row, "created")));
			return cases.size();
		});
		return new BraintrustCases<>(cases, new Dataset.DatasetVersion(named, version));
	}

	private String id(JsonNode data) {
		String project = text(data, "project_name");
		String path = "/v1/dataset?dataset_name=" + ProjectApi.encode(String.valueOf(text(data, "dataset_name")))
				+ ((project != null) ? "&project_name=" + ProjectApi.encode(project)
						: "&project_id=" + ProjectApi.encode(this.caller.projectId()));
		return found(path, "dataset");
	}

	private String found(String path, String kind) {
		String id = text(this.caller.api().get(path).path("objects").path(0), "id");
		if (id == null) {
			throw problem("There is no " + kind + " of this name that the token can read.");
		}
		return id;
	}

	private @Nullable String version(JsonNode data, String id) {
		String version = text(data, "dataset_version");
		String environment = text(data, "dataset_environment");
		if (version != null || environment == null) {
			return version;
		}
		String found = text(
				this.caller.api()
					.get("/environment-object/dataset/" + ProjectApi.encode(id) + "/" + ProjectApi.encode(environment)),
				"object_version");
		if (found == null) {
			throw problem("The environment has no version of the dataset.");
		}
		return found;
	}

	private static ObjectNode fetch(@Nullable String version) {
		ObjectNode body = JsonNodeFactory.instance.objectNode().put("limit", PAGE);
		return (version != null) ? body.put("version", version) : body;
	}

	// What the playground shows of a dataset, in the words of Braintrust's SDK for
	// JavaScript.
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
		query.put("limit", Math.min(PAGE, filter.path("limit").asInt(PAGE)));
		body.put("use_columnstore", false).put("brainstore_realtime", true);
		return (version != null) ? body.put("version", version) : body;
	}

	// What came out is what should come out again, unless somebody said otherwise.
	private Dataset<I, E> experiment(String name) {
		String id = found("/v1/experiment?experiment_name=" + ProjectApi.encode(name) + "&project_id="
				+ ProjectApi.encode(this.caller.projectId()), "experiment");
		List<EvalCase<I, E>> cases = new ArrayList<>();
		read(Rows.of("/v1/experiment/" + ProjectApi.encode(id), fetch(null)), (row) -> {
			if (row.path("is_root").asBoolean(row.path("span_parents").isEmpty())) {
				ObjectNode asCase = ((ObjectNode) row).deepCopy();
				if (!asCase.hasNonNull("expected")) {
					asCase.set("expected", row.path("output"));
				}
				add(cases, asCase, origin(row.path("origin")));
			}
			return cases.size();
		});
		return Dataset.of(cases);
	}

	// A later page may have rows of an earlier one.
	private void read(Rows rows, Function<JsonNode, Integer> reader) {
		Set<String> ids = new HashSet<>();
		ObjectNode body = rows.body();
		String cursor;
		do {
			JsonNode answer = this.caller.api().post(rows.path(), body);
			for (JsonNode row : answer.path(rows.field())) {
				if (ids.add(String.valueOf(text(row, "id"))) && reader.apply(row) >= rows.most()) {
					return;
				}
			}
			cursor = answer.path(rows.field()).isEmpty() ? null : text(answer, "cursor");
			((ObjectNode) (body.has("query") ? body.path("query") : body)).put("cursor", cursor);
		}
		while (cursor != null);
	}

	private static @Nullable String text(JsonNode json, String name) {
		String text = json.path(name).asString("");
		return text.isBlank() ? null : text;
	}

	private static RequestProblem problem(String message) {
		return new RequestProblem(RequestProblem.BAD_REQUEST, message);
	}

	/**
	 * Rows of Braintrust that are read by pages.
	 *
	 * @param path the path of the request
	 * @param field the field of the answer that has the rows
	 * @param body the body of the request
	 * @param most how many rows are wanted
	 */
	private record Rows(String path, String field, ObjectNode body, int most) {

		static Rows of(String object, ObjectNode body) {
			return new Rows(object + "/fetch", "events", body, Integer.MAX_VALUE);
		}

	}

	private record BraintrustCases<I, E>(List<EvalCase<I, E>> cases, DatasetVersion version) implements Dataset<I, E> {

		@Override
		public Iterator<EvalCase<I, E>> iterator() {
			return this.cases.iterator();
		}

	}

}
