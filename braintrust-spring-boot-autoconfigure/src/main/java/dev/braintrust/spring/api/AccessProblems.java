package dev.braintrust.spring.api;

import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;

import dev.braintrust.spring.settings.OneLine;
import org.jspecify.annotations.Nullable;

/**
 * Says what is wrong with the access of a project, and what to do. It names properties,
 * hosts, statuses and organizations; never a key or the text of an answer.
 */
final class AccessProblems {

	private AccessProblems() {
	}

	static String wrongKey(Account account, Reply reply) {
		return account.host() + " does not accept the API key (" + reply.describe() + "). Check "
				+ account.apiKey().place() + ".";
	}

	static String wrongOrganization(Account account, @Nullable String wanted, Collection<String> names) {
		if (names.isEmpty()) {
			return "The API key belongs to no organization. Make one in Braintrust, and set " + account.apiKey().place()
					+ ".";
		}
		String actual = names.stream().map((name) -> "'" + OneLine.of(name) + "'").collect(Collectors.joining(", "));
		return "The API key belongs to " + actual + ", not to the organization '" + wanted + "'. Check "
				+ property("org-name") + ", or use a key of that organization.";
	}

	static String unknownProject(String key, String id, Reply reply) {
		return "The API key sees no project with the id '" + id + "' (" + reply.describe()
				+ "). Check 'braintrust.projects." + key + ".id': the project may not exist, may belong to another "
				+ "organization, or may not be readable with this key.";
	}

	static String unreachable(Account account, Reply reply) {
		return account.host() + " cannot be reached (" + reply.describe() + "). Spans are kept and sent again. Check "
				+ property("api-url") + ", and 'export.proxy.*' and 'export.ssl.bundle' if your network needs them.";
	}

	static String refusedByProxy(Account account, Reply reply) {
		return "The proxy on the way to " + account.host() + " refuses the connection (" + reply.describe()
				+ "). Set 'export.proxy.username' and 'export.proxy.password', of the project or under 'braintrust', "
				+ "to a login that the proxy accepts.";
	}

	static String unclear(Account account, Reply reply) {
		return account.host() + " answered the check with " + reply.describe()
				+ ", which says nothing about the API key. If spans do not arrive either, check " + property("api-url")
				+ ".";
	}

	private static String property(String name) {
		return "the '" + name + "' of the project or, if it has none of its own, 'braintrust." + name
				+ "' or the environment variable BRAINTRUST_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
	}

}
