package dev.braintrust.spring.console;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.opentelemetry.sdk.trace.data.SpanData;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Answers all requests: the page, its files and its JSON. The console is read-only.
 */
final class Console {

	private static final Log logger = LogFactory.getLog(Console.class);

	private static final String JSON = "application/json";

	private static final String STATE = "/api/state";

	private static final Pattern TRACE = Pattern
		.compile("/api/traces/([a-z0-9-]+)/([0-9a-f]{32})(?:(/rows)|/([0-9a-f]{16})(?:/media/(\\d{1,4}))?)?");

	private static final int MAX_WARNINGS = 100;

	private static final Pattern EXPERIMENT = Pattern.compile("/api/experiments/(\\d{1,9})");

	private final RequestGuard guard;

	private final ConsoleFiles files = new ConsoleFiles();

	private final ConsoleJson json;

	private final Set<String> warned = ConcurrentHashMap.newKeySet();

	Console(RequestGuard guard, WatchedProjects projects) {
		this.guard = guard;
		this.json = new ConsoleJson(projects);
	}

	// Whether a path belongs to the console. Other paths below the same prefix belong to
	// the application.
	static boolean has(String path) {
		if (!ConsoleRequest.isFor(path)) {
			return false;
		}
		String below = path.substring(ConsoleRequest.PATH.length());
		return ConsoleFiles.has(below) || below.equals(STATE) || TRACE.matcher(below).matches()
				|| EXPERIMENT.matcher(below).matches();
	}

	ConsoleResponse answer(ConsoleRequest request) {
		String refusal = this.guard.refusal(request);
		if (refusal != null) {
			return ConsoleResponse.error(403, refusal);
		}
		if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
			return ConsoleResponse.error(405, "The console is read-only.");
		}
		try {
			ConsoleResponse response = find(request);
			return (response != null) ? response
					: ConsoleResponse.error(404, "This does not exist, or no longer exists.");
		}
		catch (Throwable ex) {
			// Writing the answer runs the application's content filters and objects,
			// which may throw anything.
			String failure = ex.getClass().getName();
			if (this.warned.size() < MAX_WARNINGS && this.warned.add(failure)) {
				logger.warn("The console cannot show a part of a trace: " + failure + ". This is logged once.");
			}
			return ConsoleResponse.error(500, "This cannot be shown: " + failure + ".");
		}
	}

	private @Nullable ConsoleResponse find(ConsoleRequest request) throws IOException {
		String path = request.path();
		if (path.isEmpty()) {
			return ConsoleResponse.to("braintrust/" + ((request.query() != null) ? "?" + request.query() : ""));
		}
		if (ConsoleFiles.has(path)) {
			return this.files.find(path);
		}
		if (path.equals(STATE)) {
			return ConsoleResponse.of(JSON, this.json.state(request.number("since", 0)));
		}
		Matcher experiment = EXPERIMENT.matcher(path);
		if (experiment.matches()) {
			byte[] found = this.json.experiment(Integer.parseInt(experiment.group(1)), request.number("from", 0),
					request.number("baseline", -1));
			return (found != null) ? ConsoleResponse.of(JSON, found) : null;
		}
		Matcher trace = TRACE.matcher(path);
		return trace.matches() ? trace(trace, request.number("since", 0)) : null;
	}

	private @Nullable ConsoleResponse trace(Matcher path, int version) throws IOException {
		TraceView trace = this.json.trace(path.group(1), path.group(2));
		if (trace == null) {
			return null;
		}
		if (path.group(4) == null) {
			return ConsoleResponse.of(JSON,
					this.json.write((json) -> TraceJson.write(json, trace, path.group(3) != null, version)));
		}
		StoredSpan span = trace.span(path.group(4));
		if (span == null) {
			return null;
		}
		return (path.group(5) != null) ? media(span, Integer.parseInt(path.group(5)))
				: ConsoleResponse.of(JSON, this.json.write((json) -> TraceJson.span(json, span, span.row())));
	}

	private static @Nullable ConsoleResponse media(StoredSpan span, int number) throws IOException {
		SpanData row = span.row();
		RowMedia media = RowMedia.of(row, span.uploaded());
		if (number >= media.items().size()) {
			return null;
		}
		RowMedia.Item item = media.items().get(number);
		byte[] bytes = media.bytes(item, row);
		return (bytes != null) ? ConsoleResponse.media(item.type(), item.name(), bytes) : null;
	}

}
