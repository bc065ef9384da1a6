package dev.braintrust.spring.eval.data;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Converts JSON rows into cases. Each read of a dataset has its own mapper, because a
 * mapper caches classes of the application. The mapper is configured like Spring Boot's
 * default, with the modules on the class path. It refuses unknown properties, because a
 * misspelt property would silently be absent.
 *
 * @param <I> the type of the inputs
 * @param <E> the type of the expected outputs
 * @see Dataset#json(String, Class, Class)
 */
public final class CaseReader<I, E> {

	private static final Set<String> KNOWN = Set.of("input", "expected", "metadata", "tags", "id", "trials");

	// Fields of rows that Braintrust exports, in addition to names that begin with
	// an underscore.
	private static final Set<String> IGNORED = Set.of("created", "dataset_id", "project_id", "org_id", "log_id",
			"root_span_id", "span_id", "span_parents", "is_root", "origin", "comments", "audit_data", "facets",
			"classifications");

	private final JsonMapper mapper = JsonMapper.builder()
		.findAndAddModules()
		.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
		.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
		.build();

	private final Class<I> input;

	private final Class<E> expected;

	public CaseReader(Class<I> input, Class<E> expected) {
		this.input = input;
		this.expected = expected;
	}

	static boolean isKnown(String name) {
		return KNOWN.contains(name) || isIgnored(name);
	}

	private static boolean isIgnored(String name) {
		return IGNORED.contains(name) || name.startsWith("_");
	}

	JsonMapper mapper() {
		return this.mapper;
	}

	// Read a case of a file. Unknown properties are refused.
	EvalCase<I, E> read(JsonNode row) {
		if (!row.isObject()) {
			throw CaseProblem.of("it is not a JSON object. Write a case as {\"input\": …, \"expected\": …}.");
		}
		for (String name : row.propertyNames()) {
			if (!isKnown(name)) {
				throw CaseProblem.of("'" + name + "' is not a property of a case. A case has: "
						+ String.join(", ", "input", "expected", "metadata", "tags", "id", "trials")
						+ ". Put anything else into 'metadata'.");
			}
		}
		return read(row, null);
	}

	// Read a case of a row in Braintrust.
	public EvalCase<I, E> read(JsonNode row, EvalCase.@Nullable Origin origin) {
		I input = convert(row, "input", this.input);
		if (input == null) {
			throw CaseProblem.of("it has no 'input'. Each case needs one.");
		}
		return new EvalCase<>(input, convert(row, "expected", this.expected), metadata(row), tags(row),
				row.path("id").asStringOpt().filter((id) -> !id.isBlank()).orElse(null), trials(row), origin);
	}

	private <T> @Nullable T convert(JsonNode row, String name, Class<T> type) {
		JsonNode value = row.path(name);
		if (value.isMissingNode() || value.isNull()) {
			return null;
		}
		try {
			return this.mapper.treeToValue(value, type);
		}
		catch (JacksonException | StackOverflowError ex) {
			throw CaseProblem.of("its '" + name + "' cannot be read as " + type.getName() + reason(ex)
					+ ". Correct it, or give the dataset other types.");
		}
	}

	// The text names properties but contains no values.
	private static String reason(Throwable ex) {
		if (ex instanceof UnrecognizedPropertyException unknown) {
			return ", which has no property '" + unknown.getPropertyName() + "'";
		}
		List<String> path = new ArrayList<>();
		if (ex instanceof DatabindException invalid) {
			invalid.getPath().forEach((each) -> path.add(String.valueOf(each.getPropertyName())));
		}
		return path.isEmpty() ? "" : ", because of its '" + String.join(".", path) + "'";
	}

	private Map<String, @Nullable Object> metadata(JsonNode row) {
		JsonNode metadata = row.path("metadata");
		if (metadata.isMissingNode() || metadata.isNull()) {
			return Map.of();
		}
		if (!metadata.isObject()) {
			throw CaseProblem.of("its 'metadata' is not a JSON object. Write it as {\"name\": value}.");
		}
		Map<String, @Nullable Object> values = new LinkedHashMap<>();
		metadata.properties()
			.forEach((each) -> values.put(each.getKey(), this.mapper.treeToValue(each.getValue(), Object.class)));
		return values;
	}

	private static List<String> tags(JsonNode row) {
		JsonNode tags = row.path("tags");
		if (tags.isMissingNode() || tags.isNull()) {
			return List.of();
		}
		if (!tags.isArray() || !tags.values().stream().allMatch(JsonNode::isString)) {
			throw CaseProblem.of("its 'tags' are not a JSON array of strings. Write them as [\"one\", \"two\"].");
		}
		return tags.values().stream().map(JsonNode::stringValue).toList();
	}

	private static @Nullable Integer trials(JsonNode row) {
		JsonNode trials = row.path("trials");
		if (trials.isMissingNode() || trials.isNull()) {
			return null;
		}
		int number = trials.asInt(0);
		if (number < 1) {
			throw CaseProblem.of("its 'trials' is not a positive number. Write a number such as 3.");
		}
		return number;
	}

}
