package dev.braintrust.spring.eval.data;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

import dev.braintrust.spring.api.ApiFailure;
import dev.braintrust.spring.api.ProjectApi;
import dev.braintrust.spring.eval.data.Dataset.DatasetVersion;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A dataset of a project, given by its name, and its requests to Braintrust.
 *
 * @param orgName the name of the organization, or {@code null}
 */
record StoredDataset(String project, ProjectApi api, @Nullable String orgName, String name) {

	private static final int INSERTED_ROWS = 100;

	private static final int INSERTED_CHARACTERS = 2_000_000;

	// Return the id of the dataset with the selected version, or else its
	// current version.
	DatasetVersion resolve(DatasetSelection selection) {
		return asked("read", () -> {
			String id = id();
			if (selection.version() != null) {
				return new DatasetVersion(id, selection.version());
			}
			if (selection.snapshot() != null) {
				return new DatasetVersion(id, ofSnapshot(id, selection.snapshot()));
			}
			return new DatasetVersion(id, (selection.environment() != null) ? ofEnvironment(id, selection.environment())
					: new DatasetVersions(this.api).latest(id));
		});
	}

	private String id() {
		String id = this.api
			.get("/v1/dataset?dataset_name=" + ProjectApi.encode(this.name) + "&project_id="
					+ ProjectApi.encode(this.api.projectId()))
			.path("objects")
			.path(0)
			.path("id")
			.asString("");
		if (id.isEmpty()) {
			throw new IllegalStateException(
					what() + " does not exist. Correct its name, or call 'insert' to create it.");
		}
		return id;
	}

	private String ofSnapshot(String id, String snapshot) {
		ObjectNode body = object().put("dataset_id", id).put("name", snapshot);
		String version = this.api.postToApp("/api/dataset_snapshot/get", body).path(0).path("xact_id").asString("");
		if (version.isEmpty()) {
			throw new IllegalStateException(what() + " has no snapshot '" + snapshot + "'");
		}
		return version;
	}

	private String ofEnvironment(String id, String environment) {
		String version = new DatasetVersions(this.api).of(environment, id, this.orgName);
		if (version == null) {
			throw new IllegalStateException(what() + " has no version in the environment '" + environment + "'");
		}
		return version;
	}

	<I, E> StoredRows<I, E> rows(DatasetVersion version, CaseReader<I, E> reader) {
		RowPages pages = RowPages.of(this.api, path(version.id()), version.version(), (row) -> true,
				StoredRows.unreadable(what()));
		return new StoredRows<>(what(), pages, reader, "dataset", version::id);
	}

	// Each row has an id, so that a retried request does not add it twice.
	<I, E> List<String> insert(Iterable<? extends EvalCase<I, E>> cases) {
		return asked("written", () -> {
			JsonNode created = this.api.post("/v1/dataset",
					object().put("project_id", this.api.projectId()).put("name", this.name));
			String path = path(created.path("id").asString("")) + "/insert";
			JsonMapper mapper = JsonMapper.builder().findAndAddModules().build();
			List<String> ids = new ArrayList<>();
			ArrayNode events = JsonNodeFactory.instance.arrayNode();
			long characters = 0;
			for (EvalCase<I, E> each : cases) {
				ObjectNode event = event(each, mapper);
				int length = event.toString().length();
				if (events.size() == INSERTED_ROWS
						|| (characters + length > INSERTED_CHARACTERS && !events.isEmpty())) {
					insert(path, events, ids);
					events = JsonNodeFactory.instance.arrayNode();
					characters = 0;
				}
				events.add(event);
				characters += length;
			}
			if (!events.isEmpty()) {
				insert(path, events, ids);
			}
			return List.copyOf(ids);
		});
	}

	private void insert(String path, ArrayNode events, List<String> ids) {
		JsonNode inserted = this.api.post(path, object().set("events", events)).path("row_ids");
		if (inserted.size() != events.size()) {
			throw new IllegalStateException(what() + " took only " + inserted.size() + " of " + events.size()
					+ " cases. Look at it in Braintrust, and insert the missing cases.");
		}
		inserted.values().forEach((id) -> ids.add(id.asString("")));
	}

	private ObjectNode event(EvalCase<?, ?> each, JsonMapper mapper) {
		ObjectNode event = object().put("id", (each.id() != null) ? each.id() : UUID.randomUUID().toString());
		try {
			event.set("input", mapper.valueToTree(each.input()));
			event.set("expected", mapper.valueToTree(each.expected()));
			if (!each.metadata().isEmpty()) {
				event.set("metadata", mapper.valueToTree(each.metadata()));
			}
		}
		catch (JacksonException | StackOverflowError ex) {
			throw new IllegalStateException(what() + " cannot store a case of the type "
					+ each.input().getClass().getName() + ", because it cannot be written as JSON", ex);
		}
		if (!each.tags().isEmpty()) {
			each.tags().forEach(event.putArray("tags")::add);
		}
		if (each.origin() != null) {
			event.set("origin", mapper.valueToTree(each.origin().toFields()));
		}
		return event;
	}

	private <T> T asked(String done, Supplier<T> question) {
		try {
			return question.get();
		}
		catch (ApiFailure ex) {
			throw new IllegalStateException(what() + " cannot be " + done + ". " + ex.getMessage() + ".", ex);
		}
	}

	private static String path(String id) {
		return "/v1/dataset/" + ProjectApi.encode(id);
	}

	private String what() {
		return "The dataset '" + this.name + "' of the Braintrust project '" + this.project + "'";
	}

	private static ObjectNode object() {
		return JsonNodeFactory.instance.objectNode();
	}

}
