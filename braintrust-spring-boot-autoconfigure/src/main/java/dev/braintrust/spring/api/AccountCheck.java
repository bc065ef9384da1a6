package dev.braintrust.spring.api;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;

import dev.braintrust.spring.api.ProjectAccess.State;
import dev.braintrust.spring.settings.ProjectSettings;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Checks the projects of one account.
 */
final class AccountCheck {

	private static final Set<Integer> UNKNOWN = Set.of(400, 403, 404);

	private final Account account;

	private final BraintrustApi api;

	private final Clock clock;

	// By the id, as the API gives them.
	private final Map<String, String> organizations = new LinkedHashMap<>();

	AccountCheck(Account account, BraintrustApi api, Clock clock) {
		this.account = account;
		this.api = api;
		this.clock = clock;
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
		Login login = this.api.login(this.account, () -> {
		}).get();
		Reply reply = login.reply();
		if (!reply.isAnswered()) {
			return found(State.UNREACHABLE, AccessProblems.unreachable(this.account, reply));
		}
		if (reply.isRefusedByProxy()) {
			return found(State.UNREACHABLE, AccessProblems.refusedByProxy(this.account, reply));
		}
		if (reply.isForbidden()) {
			return found(State.WRONG_KEY, AccessProblems.wrongKey(this.account, reply));
		}
		if (login.organizations() == null) {
			return found(State.UNCLEAR, AccessProblems.unclear(this.account, reply));
		}
		login.organizations().forEach((organization) -> this.organizations.put(organization.id(), organization.name()));
		return granted();
	}

	private ProjectAccess granted() {
		String wanted = this.account.orgName();
		if (this.organizations.isEmpty() || (wanted != null && !this.organizations.containsValue(wanted))) {
			return found(State.WRONG_ORGANIZATION,
					AccessProblems.wrongOrganization(this.account, wanted, this.organizations.values()));
		}
		String only = (this.organizations.size() == 1) ? this.organizations.values().iterator().next() : null;
		return new ProjectAccess(State.GRANTED, null, (wanted != null) ? wanted : only, null, this.clock.instant());
	}

	private ProjectAccess project(String key, String id, ProjectAccess login)
			throws InterruptedException, ExecutionException {
		Reply reply = this.api.project(this.account, id).get();
		if (!reply.isAnswered()) {
			return found(State.UNREACHABLE, AccessProblems.unreachable(this.account, reply));
		}
		if (UNKNOWN.contains(reply.status())) {
			return found(State.UNKNOWN_PROJECT, AccessProblems.unknownProject(key, id, reply));
		}
		JsonNode found = reply.json();
		String name = found.path("name").asString("");
		if (!reply.isAccepted() || name.isEmpty()) {
			return found(State.UNCLEAR, AccessProblems.unclear(this.account, reply));
		}
		String orgName = this.organizations.get(found.path("org_id").asString(""));
		return new ProjectAccess(State.GRANTED, null, (orgName != null) ? orgName : login.orgName(), name,
				this.clock.instant());
	}

	private ProjectAccess found(State state, @Nullable String problem) {
		return new ProjectAccess(state, problem, null, null, this.clock.instant());
	}

}
