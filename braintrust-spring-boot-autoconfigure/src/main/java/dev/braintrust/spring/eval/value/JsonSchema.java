package dev.braintrust.spring.eval.value;

import java.util.List;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;

/**
 * A JSON schema. The schema library is optional.
 */
public record JsonSchema(Schema schema) {

	private static final int SHOWN = 5;

	public static JsonSchema of(String schema, @Nullable ClassLoader loader) {
		Assert.state(ClassUtils.isPresent("com.networknt.schema.SchemaRegistry", loader),
				"'Scorers.validJson(schema)' needs a library that is missing. Add the dependency "
						+ "'com.networknt:json-schema-validator', version 3.");
		try {
			// The registry loads nothing from the network, even if the schema has
			// remote references.
			Schema read = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
				.getSchema(schema, InputFormat.JSON);
			read.initializeValidators();
			return new JsonSchema(read);
		}
		catch (RuntimeException ex) {
			throw new IllegalArgumentException("'schema' is not a JSON schema", ex);
		}
	}

	// Return the paths of the violated parts of the schema. They contain no part of
	// the value.
	public List<String> violatedBy(JsonNode value) {
		return this.schema.validate(value)
			.stream()
			.map(Error::getEvaluationPath)
			.map(String::valueOf)
			.distinct()
			.limit(SHOWN)
			.toList();
	}

}
