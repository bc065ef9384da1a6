package dev.braintrust.spring.ai.provider;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Removes secrets from a tool that the provider executes. It may contain credentials for
 * an MCP server, or for hosts that a container calls.
 */
final class WireSecrets {

	// A schema may describe properties of any name.
	private static final Set<String> SCHEMAS = Set.of("parameters", "input_schema");

	private static final Pattern SECRET = Pattern
		.compile("authorization|headers|cookies?|credentials?|.*(secret|token|password|api_?key).*");

	private static final Pattern USER = Pattern.compile("(?<=//)[^/?#]*@");

	private static final Pattern QUERY = Pattern.compile("[?#].*", Pattern.DOTALL);

	private WireSecrets() {
	}

	// Remove the secrets in place. The tool was parsed only to be written, so no other
	// code holds it.
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
