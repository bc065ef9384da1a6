package dev.braintrust.spring.api;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

import dev.braintrust.spring.settings.DeclaredProjects;
import dev.braintrust.spring.settings.ProjectSettings;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;
import org.springframework.context.ApplicationListener;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

/**
 * When the application is ready, checks whether spans can arrive: each distinct API key
 * once, and each id of a project. The check runs in the background, on threads that end
 * with it. It only logs each problem and keeps the findings. A check that is running when
 * the context closes has a second to end. Projects that are off, or that send to their
 * own endpoint, are not checked.
 */
public final class AccessCheck
		implements ApplicationListener<ApplicationReadyEvent>, ApplicationContextAware, DisposableBean {

	private static final Log logger = LogFactory.getLog(AccessCheck.class);

	private static final int MAX_NAMED = 5;

	private static final Duration GRACE = Duration.ofSeconds(1);

	private final Map<String, ProjectAccess> found = new ConcurrentHashMap<>();

	private final DeclaredProjects declared;

	private final HttpClients clients;

	private final boolean enabled;

	private @Nullable ApplicationContext context;

	private volatile @Nullable Thread thread;

	private volatile boolean closed;

	public AccessCheck(DeclaredProjects declared, HttpClients clients, boolean enabled) {
		this.declared = declared;
		this.clients = clients;
		this.enabled = enabled;
	}

	public @Nullable ProjectAccess of(String key) {
		return this.found.get(key);
	}

	@Override
	public void setApplicationContext(ApplicationContext context) {
		this.context = context;
	}

	@Override
	public void onApplicationEvent(ApplicationReadyEvent event) {
		// A context also receives the events of its children.
		if (!this.enabled || event.getApplicationContext() != this.context || this.thread != null) {
			return;
		}
		Map<Account, List<ProjectSettings>> accounts = accounts();
		if (!accounts.isEmpty()) {
			Thread thread = BackgroundThreads.named("braintrust-access-check").newThread(() -> check(accounts));
			this.thread = thread;
			thread.start();
		}
	}

	private Map<Account, List<ProjectSettings>> accounts() {
		MultiValueMap<Account, ProjectSettings> accounts = new LinkedMultiValueMap<>();
		for (ProjectSettings project : this.declared.all()) {
			boolean checked = project.isOn() && project.export().endpoint() == null;
			Account account = checked ? Account.of(project) : null;
			if (account != null) {
				accounts.add(account, project);
			}
		}
		return accounts;
	}

	private void check(Map<Account, List<ProjectSettings>> accounts) {
		try (BraintrustApi api = new BraintrustApi("braintrust-access", this.clients, Backoff.NEVER)) {
			for (Map.Entry<Account, List<ProjectSettings>> entry : accounts.entrySet()) {
				Map<String, ProjectAccess> found = new AccountCheck(entry.getKey(), api).check(entry.getValue());
				// A failure during the close says nothing about the access.
				if (this.closed) {
					return;
				}
				this.found.putAll(found);
				report(found);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | RuntimeException ex) {
			// The message of the exception may hold anything.
			logger.debug("The access of Braintrust projects could not be checked: " + ex.getClass().getName());
		}
	}

	private static void report(Map<String, ProjectAccess> found) {
		Map<String, List<String>> keys = new LinkedHashMap<>();
		found.forEach((key, access) -> {
			if (access.problem() != null) {
				keys.computeIfAbsent(access.problem(), (added) -> new ArrayList<>()).add(key);
			}
			else {
				logger.debug("Braintrust project '" + key + "': its API key is accepted");
			}
		});
		keys.forEach((problem, projects) -> logger.warn(subject(projects) + ": " + problem));
	}

	private static String subject(List<String> keys) {
		String named = "'" + String.join("', '", keys.subList(0, Math.min(MAX_NAMED, keys.size()))) + "'";
		int others = keys.size() - MAX_NAMED;
		return ((keys.size() == 1) ? "Braintrust project " : "Braintrust projects ") + named
				+ ((others > 0) ? " and " + others + " more" : "");
	}

	// Wait a moment, so that an application that ends right after its start can
	// log problems.
	@Override
	public void destroy() {
		Thread thread = this.thread;
		if (thread == null) {
			return;
		}
		try {
			thread.join(GRACE.toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.closed = true;
		thread.interrupt();
	}

}
