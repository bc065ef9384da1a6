package dev.braintrust.spring.eval.remote;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.braintrust.spring.eval.Eval;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;
import org.springframework.util.function.SingletonSupplier;

/**
 * The endpoint of remote evaluations: {@code /{key}/} responds to a connection check,
 * {@code /{key}/list} lists the evaluations of a project, and {@code /{key}/eval} runs an
 * evaluation. It stops before the web server, which waits for running requests.
 */
final class RemoteEvals implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(RemoteEvals.class);

	private static final Pattern PATH = Pattern.compile("/([^/]+)(?:/(list|eval)?)?");

	// Bodies that may be read at the same time: they take memory before they become runs.
	private static final int BODIES = 16;

	private static final int MAX_WARNINGS = 100;

	private final Set<RemoteRun<?, ?, ?>> running = ConcurrentHashMap.newKeySet();

	private final ListedEvals list = new ListedEvals();

	private final Set<String> warned = ConcurrentHashMap.newKeySet();

	private final String path;

	private final Supplier<Map<String, RemoteProject>> projects;

	private final Supplier<BrowserAccess> browsers;

	private final Admission admission;

	private final RemoteLimits limits;

	private final ThreadFactory threads;

	private final Semaphore runs;

	private final Semaphore bodies = new Semaphore(BODIES);

	private volatile boolean stopped;

	// The projects are looked up at the first use.
	RemoteEvals(String path, Supplier<Map<String, RemoteProject>> projects, Set<String> origins, Admission admission,
			RemoteLimits limits, ThreadFactory threads) {
		this.path = path;
		this.projects = SingletonSupplier.of(projects);
		this.browsers = SingletonSupplier
			.of(() -> new BrowserAccess(this.projects.get().values().stream().map(RemoteProject::application).toList(),
					origins));
		this.admission = admission;
		this.limits = limits;
		this.threads = threads;
		this.runs = new Semaphore(limits.maxRuns());
	}

	int maxRuns() {
		return this.limits.maxRuns();
	}

	Map<String, RemoteProject> projects() {
		return this.projects.get();
	}

	String path() {
		return this.path;
	}

	// Return the part of a path below the endpoint, or null for other paths of
	// the application.
	@Nullable String below(String path) {
		boolean below = path.startsWith(this.path)
				&& (path.length() == this.path.length() || path.charAt(this.path.length()) == '/');
		return below ? path.substring(this.path.length()) : null;
	}

	RemoteAnswer answer(RemoteRequest request) {
		Map<String, String> ofBrowser = this.browsers.get().headers(request);
		try {
			if (ofBrowser == null) {
				throw new RequestProblem(RequestProblem.FORBIDDEN, "Pages of this origin are not allowed.");
			}
			return answer(request, ofBrowser);
		}
		catch (RequestProblem ex) {
			return RemoteAnswer.problem(ex, (ofBrowser != null) ? ofBrowser : Map.of());
		}
		catch (Throwable ex) {
			String failure = ex.getClass().getName();
			if (this.warned.size() < MAX_WARNINGS && this.warned.add(failure)) {
				logger.warn("A request to the remote evaluations failed: " + failure + ". This is logged once.");
			}
			return RemoteAnswer.failure(500, ex, (ofBrowser != null) ? ofBrowser : Map.of());
		}
	}

	private RemoteAnswer answer(RemoteRequest request, Map<String, String> ofBrowser) {
		Matcher path = PATH.matcher(request.path());
		RemoteProject project = path.matches() ? this.projects.get().get(path.group(1)) : null;
		if (project == null) {
			throw new RequestProblem(RequestProblem.NOT_FOUND, "This address does not exist.");
		}
		if (request.is("OPTIONS")) {
			return BrowserAccess.preflight(request, ofBrowser);
		}
		String what = path.group(2);
		if (what == null) {
			mustBe(request, "GET", "HEAD");
			return new RemoteAnswer.Text(200, RemoteAnswer.headers(ofBrowser, "text/plain;charset=utf-8"),
					"Hello, world!");
		}
		if (what.equals("list")) {
			mustBe(request, "GET", "POST");
			Caller caller = this.admission.admit(project, request);
			this.admission.authorize(project, caller, null, request);
			return RemoteAnswer.json(200, ofBrowser, this.list.of(project));
		}
		mustBe(request, "POST", "POST");
		return run(project, this.admission.admit(project, request), request, ofBrowser);
	}

	private static void mustBe(RemoteRequest request, String method, String other) {
		if (!request.is(method) && !request.is(other)) {
			throw new RequestProblem(RequestProblem.NOT_ALLOWED, "The method is not allowed here.");
		}
	}

	// A body may arrive slowly, so a run only takes its permit after the body is
	// complete. Without a free permit, the body is not read.
	private RemoteAnswer run(RemoteProject project, Caller caller, RemoteRequest request,
			Map<String, String> ofBrowser) {
		if (this.runs.availablePermits() == 0) {
			throw tooManyRuns();
		}
		if (!this.bodies.tryAcquire()) {
			throw new RequestProblem(RequestProblem.TOO_MANY, "Too many requests are read at this time.");
		}
		RemoteRun<?, ?, ?> run;
		try {
			run = read(project, caller, request);
			start(run);
		}
		finally {
			this.bodies.release();
		}
		RunEvents events = run.events();
		return (events != null) ? new RemoteAnswer.Events(RemoteAnswer.headers(ofBrowser, "text/event-stream"), events)
				: run.await().with(ofBrowser);
	}

	private RemoteRun<?, ?, ?> read(RemoteProject project, Caller caller, RemoteRequest request) {
		EvalRequest asked = EvalRequest.read(body(request));
		this.admission.authorize(project, caller, asked.name(), request);
		if (asked.projectId() != null && !asked.projectId().equals(caller.projectId())) {
			throw new RequestProblem(RequestProblem.FORBIDDEN, "This address serves another project.");
		}
		Eval<?, ?, ?> eval = project.eval(asked.name());
		if (eval == null) {
			throw new RequestProblem(RequestProblem.NOT_FOUND, "There is no evaluation with this name.");
		}
		return new RemoteRun<>(project, caller, asked, eval, this.limits, this.threads, this::ended);
	}

	private byte[] body(RemoteRequest request) {
		try {
			return request.body().read(this.limits.maxRequestSize(), this.limits.slowestBody());
		}
		catch (RequestProblem ex) {
			throw ex;
		}
		catch (IOException | RuntimeException ex) {
			// Usually the client has disconnected.
			throw new RequestProblem(RequestProblem.BAD_REQUEST, "The body is incomplete.");
		}
	}

	private void start(RemoteRun<?, ?, ?> run) {
		if (!this.runs.tryAcquire()) {
			throw tooManyRuns();
		}
		this.running.add(run);
		boolean started = false;
		try {
			if (this.stopped) {
				throw new RequestProblem(RequestProblem.UNAVAILABLE, "The application is shutting down.");
			}
			run.start();
			started = true;
		}
		finally {
			// The thread may fail to start.
			if (!started) {
				ended(run);
			}
		}
	}

	private static RequestProblem tooManyRuns() {
		return new RequestProblem(RequestProblem.TOO_MANY,
				"The application already runs as many evaluations as it allows.");
	}

	private void ended(RemoteRun<?, ?, ?> run) {
		this.running.remove(run);
		this.runs.release();
	}

	@Override
	public void start() {
		this.stopped = false;
	}

	// Cancel all runs, because the web server waits for their clients.
	@Override
	public void stop() {
		this.stopped = true;
		this.running.forEach(RemoteRun::cancel);
	}

	@Override
	public boolean isRunning() {
		return !this.stopped;
	}

}
