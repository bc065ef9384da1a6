package dev.braintrust.spring.api;

import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;

import dev.braintrust.spring.api.ProjectAccess.State;
import dev.braintrust.spring.settings.OneLine;
import dev.braintrust.spring.settings.ProjectSettings;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Checks the projects of one account and describes each problem and its solution. It
 * names properties, hosts, statuses and organizations, never a key or the text of an
 * answer.
 */
final class AccountCheck {

	private static final Set<Integer> UNKNOWN = Set.of(400, 403, 404);

	private final Account account;

	private final BraintrustApi api;

	// Names by id, in the order of the API.
	private final Map<String, String> organizations = new LinkedHashMap<>();

	AccountCheck(Account account, BraintrustApi api) {
		this.account = account;
		this.api = api;
	}

	Map<String, ProjectAccess> check(List<ProjectSettings> projects) throws InterruptedException, ExecutionException {
		Map<String, ProjectAccess> result = new LinkedHashMap<>();
		ProjectAccess login = login();
		for (ProjectSettings project : projects) {
			String id = project.parent().id();
			result.put(project.key(),
					(login.state() == State.GRANTED && id != null) ? project(project.key(), id, login) : login);
		}
		return result;
	}

	private ProjectAccess login() throws InterruptedException, ExecutionException {
		Login login = this.api.login(this.account).get();
		Reply reply = login.reply();
		if (!reply.isAnswered()) {
			return found(State.UNREACHABLE, unreachable(reply));
		}
		if (reply.isRefusedByProxy()) {
			return found(State.UNREACHABLE, refusedByProxy(reply));
		}
		if (reply.isForbidden()) {
			return found(State.WRONG_KEY, wrongKey(reply));
		}
		if (login.organizations() == null) {
			return found(State.UNCLEAR, unclear(reply));
		}
		login.organizations().forEach((organization) -> this.organizations.put(organization.id(), organization.name()));
		return granted();
	}

	private ProjectAccess granted() {
		String wanted = this.account.orgName();
		if (this.organizations.isEmpty() || (wanted != null && !this.organizations.containsValue(wanted))) {
			return found(State.WRONG_ORGANIZATION, wrongOrganization(wanted, this.organizations.values()));
		}
		String only = (this.organizations.size() == 1) ? this.organizations.values().iterator().next() : null;
		return new ProjectAccess(State.GRANTED, null, (wanted != null) ? wanted : only, null, Instant.now());
	}

	private ProjectAccess project(String key, String id, ProjectAccess login)
			throws InterruptedException, ExecutionException {
		Reply reply = this.api.ask(this.account, "/v1/project/" + ProjectApi.encode(id), null, this.account.timeout())
			.get();
		if (!reply.isAnswered()) {
			return found(State.UNREACHABLE, unreachable(reply));
		}
		if (UNKNOWN.contains(reply.status())) {
			return found(State.UNKNOWN_PROJECT, unknownProject(key, id, reply));
		}
		JsonNode found = reply.json();
		String name = found.path("name").asString("");
		if (!reply.isAccepted() || name.isEmpty()) {
			return found(State.UNCLEAR, unclear(reply));
		}
		String orgName = this.organizations.get(found.path("org_id").asString(""));
		return new ProjectAccess(State.GRANTED, null, (orgName != null) ? orgName : login.orgName(), name,
				Instant.now());
	}

	private ProjectAccess found(State state, @Nullable String problem) {
		return new ProjectAccess(state, problem, null, null, Instant.now());
	}

	private String wrongKey(Reply reply) {
		return this.account.host() + " does not accept the API key (" + reply.describe() + "). Check "
				+ this.account.apiKey().place() + ".";
	}

	private String wrongOrganization(@Nullable String wanted, Collection<String> names) {
		if (names.isEmpty()) {
			return "The API key belongs to no organization. Create one in Braintrust, and set "
					+ this.account.apiKey().place() + ".";
		}
		String actual = names.stream().map((name) -> "'" + OneLine.of(name) + "'").collect(Collectors.joining(", "));
		return "The API key belongs to " + actual + ", not to the organization '" + wanted + "'. Check "
				+ property("org-name") + ", or use a key of that organization.";
	}

	private static String unknownProject(String key, String id, Reply reply) {
		return "The API key sees no project with the id '" + id + "' (" + reply.describe()
				+ "). Check 'braintrust.projects." + key + ".id': the project may not exist, may belong to another "
				+ "organization, or may not be readable with this key.";
	}

	private String unreachable(Reply reply) {
		return this.account.host() + " cannot be reached (" + reply.describe()
				+ "). Spans are kept and sent again. Check " + property("api-url")
				+ ", and 'export.proxy.*' and 'export.ssl.bundle' if your network needs them.";
	}

	private String refusedByProxy(Reply reply) {
		return "The proxy on the way to " + this.account.host() + " refuses the connection (" + reply.describe()
				+ "). Set 'export.proxy.username' and 'export.proxy.password', of the project or under 'braintrust', "
				+ "to a login that the proxy accepts.";
	}

	private String unclear(Reply reply) {
		return this.account.host() + " answered the check with " + reply.describe()
				+ ", which does not tell whether the API key is valid. If spans do not arrive either, check "
				+ property("api-url") + ".";
	}

	private static String property(String name) {
		return "the '" + name + "' of the project or, if it has none of its own, 'braintrust." + name
				+ "' or the environment variable BRAINTRUST_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
	}

}
