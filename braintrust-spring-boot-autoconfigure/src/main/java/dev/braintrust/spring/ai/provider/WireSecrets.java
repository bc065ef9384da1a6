package dev.braintrust.spring.ai.provider;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Takes the secrets out of a tool that runs at the provider: it may have the credentials
 * of an MCP server, or of the hosts that a container asks.
 */
final class WireSecrets {

	// What they describe may have any name.
	private static final Set<String> SCHEMAS = Set.of("parameters", "input_schema");

	private static final Pattern SECRET = Pattern
		.compile("authorization|headers|cookies?|credentials?|.*(secret|token|password|api_?key).*");

	private static final Pattern USER = Pattern.compile("(?<=//)[^/?#]*@");

	private static final Pattern QUERY = Pattern.compile("[?#].*", Pattern.DOTALL);

	private WireSecrets() {
	}

	// The tool was read to be written, so nobody else has it.
	static JsonNode removed(JsonNode tool) {
		if (tool instanceof ObjectNode object) {
			for (String name : object.propertyNames().toArray(String[]::new)) {
				JsonNode value = object.path(name);
				String key = name.toLowerCase(Locale.ROOT);
				if (SCHEMAS.contains(key)) {
					continue;
				}
				if (!value.isNumber() && !value.isBoolean() && SECRET.matcher(key).matches()) {
					object.remove(name);
				}
				else if (value.isString() && key.endsWith("url")) {
					object.put(name, url(value.asString()));
				}
				else {
					removed(value);
				}
			}
		}
		else {
			tool.forEach(WireSecrets::removed);
		}
		return tool;
	}

	private static String url(String url) {
		return QUERY.matcher(USER.matcher(url).replaceFirst("")).replaceFirst("");
	}

}
