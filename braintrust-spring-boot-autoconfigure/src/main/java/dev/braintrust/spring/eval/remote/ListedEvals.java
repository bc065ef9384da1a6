package dev.braintrust.spring.eval.remote;

import java.util.Locale;

import dev.braintrust.spring.eval.Eval;
import dev.braintrust.spring.eval.EvalParameter;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the list of a project's evaluations: {@code {"<name>": {"scores": [{"name"}],
 * "classifiers"?: [{"name"}], "parameters": {"type": "braintrust.staticParameters",
 * "schema": {…}, "source": null} | null}}}.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/features/remote-evals/params/contracts.md">Braintrust's
 * specification, "Remote Eval Parameters: Contracts"</a>
 */
final class ListedEvals {

	// A mapper caches the classes of default values, so it is not static.
	private final JsonMapper mapper = JsonMapper.builder().findAndAddModules().build();

	JsonNode of(RemoteProject project) {
		ObjectNode list = JsonNodeFactory.instance.objectNode();
		project.evals().forEach((name, eval) -> describe(eval, list.putObject(name)));
		return list;
	}

	private void describe(Eval<?, ?, ?> eval, ObjectNode description) {
		ArrayNode scores = description.putArray("scores");
		eval.scorerNames().forEach((name) -> scores.addObject().put("name", name));
		eval.classifierNames().forEach((name) -> description.withArray("classifiers").addObject().put("name", name));
		if (eval.parameters().isEmpty()) {
			description.putNull("parameters");
			return;
		}
		ObjectNode parameters = description.putObject("parameters").put("type", "braintrust.staticParameters");
		ObjectNode schema = parameters.putObject("schema");
		parameters.putNull("source");
		for (EvalParameter parameter : eval.parameters()) {
			describe(parameter, schema.putObject(parameter.name()));
		}
	}

	private void describe(EvalParameter parameter, ObjectNode description) {
		description.put("type", parameter.type().name().toLowerCase(Locale.ROOT));
		JsonNode value = this.mapper.valueToTree(parameter.defaultValue());
		// The playground knows the schema of a model and of a prompt.
		if (parameter.type() == EvalParameter.Type.DATA) {
			ObjectNode schema = description.putObject("schema");
			String type = type(value);
			if (type != null) {
				schema.put("type", type);
			}
		}
		if (!value.isNull()) {
			description.set("default", value);
		}
		if (parameter.description() != null) {
			description.put("description", parameter.description());
		}
	}

	private static @Nullable String type(JsonNode json) {
		return switch (json.getNodeType()) {
			case STRING, BINARY -> "string";
			case NUMBER -> "number";
			case BOOLEAN -> "boolean";
			case ARRAY -> "array";
			case OBJECT, POJO -> "object";
			case NULL, MISSING -> null;
		};
	}

}
