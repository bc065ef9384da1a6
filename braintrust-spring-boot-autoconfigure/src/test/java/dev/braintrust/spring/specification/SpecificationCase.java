package dev.braintrust.spring.specification;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.AbstractConstruct;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A case of Braintrust's specification: requests to a provider, and the expected spans.
 *
 * @param requests the bodies of the requests
 * @param expectedSpans the rows, as maps, lists, scalars and {@link Expectation}s
 */
record SpecificationCase(String name, String provider, String endpoint, List<JsonNode> requests,
		List<?> expectedSpans) {

	private static final JsonMapper JSON = JsonMapper.builder().build();

	static SpecificationCase load(String path) {
		try (InputStream input = SpecificationCase.class.getResourceAsStream("/specification/cases/" + path)) {
			return parse(new Yaml(new Tags()).load(input));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static Object parseRow(String yaml) {
		return new Yaml(new Tags()).load(yaml);
	}

	private static SpecificationCase parse(Map<String, Object> yaml) {
		List<?> requests = (List<?>) yaml.get("requests");
		return new SpecificationCase((String) yaml.get("name"), (String) yaml.get("provider"),
				(String) yaml.get("endpoint"), requests.stream().map(SpecificationCase::json).toList(),
				(List<?>) yaml.get("expected_brainstore_spans"));
	}

	private static JsonNode json(Object value) {
		return JSON.valueToTree(value);
	}

	@Override
	public String toString() {
		return this.provider + "/" + this.name;
	}

	/**
	 * Reads the tags of the specification.
	 */
	private static final class Tags extends SafeConstructor {

		Tags() {
			super(new LoaderOptions());
			this.yamlConstructors.put(new Tag("!fn"), construct((node) -> new Expectation.Predicate(text(node))));
			this.yamlConstructors.put(new Tag("!gen"), construct(Tags::text));
			this.yamlConstructors.put(new Tag("!starts_with"), construct((node) -> new Expectation.Prefix(text(node))));
			this.yamlConstructors.put(new Tag("!or"),
					construct((node) -> new Expectation.AnyOf(constructSequence((SequenceNode) node))));
		}

		private static String text(Node node) {
			return ((ScalarNode) node).getValue();
		}

		private static AbstractConstruct construct(java.util.function.Function<Node, Object> function) {
			return new AbstractConstruct() {

				@Override
				public Object construct(Node node) {
					return function.apply(node);
				}

			};
		}

	}

}
