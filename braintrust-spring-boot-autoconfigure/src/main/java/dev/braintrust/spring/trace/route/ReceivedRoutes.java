package dev.braintrust.spring.trace.route;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Pattern;

import dev.braintrust.spring.export.SpanSink;
import org.jspecify.annotations.Nullable;

/**
 * The routes of a project into experiments of other processes, whose rows call this one.
 * A few are open at a time, since callers name them and nobody says when they end. Safe
 * for use by several threads.
 */
public final class ReceivedRoutes {

	static final int MAX_ROUTES = 16;

	private static final long IDLE = TimeUnit.MINUTES.toNanos(1);

	// A span that is open for longer is taken for one that nobody ends.
	private static final long LONGEST_REQUEST = TimeUnit.HOURS.toNanos(1);

	private static final Pattern EXPERIMENT = Pattern.compile("experiment_id:[0-9A-Za-z_-]{1,64}");

	private final Object owner;

	private final Function<String, SpanSink> sinks;

	private final long idle;

	// The one that was used last is the last.
	private final Map<String, Used> routes = new LinkedHashMap<>(MAX_ROUTES, 0.75f, true);

	public ReceivedRoutes(Object owner, Function<String, SpanSink> sinks) {
		this(owner, sinks, IDLE);
	}

	ReceivedRoutes(Object owner, Function<String, SpanSink> sinks, long idle) {
		this.owner = owner;
		this.sinks = sinks;
		this.idle = idle;
	}

	// What stands for the rows of the experiment that a caller names, or null if it names
	// none, or if too many are in use.
	public synchronized @Nullable RoutedRow row(@Nullable String parent) {
		if (parent == null || !EXPERIMENT.matcher(parent).matches()) {
			return null;
		}
		Used used = this.routes.get(parent);
		if (used == null && this.routes.size() >= MAX_ROUTES && !closeIdle()) {
			return null;
		}
		RoutedRow row = (used != null) ? used.row() : open(parent);
		this.routes.put(parent, new Used(row, System.nanoTime()));
		return row;
	}

	private RoutedRow open(String parent) {
		RoutedRow row = new RoutedRow(
				new Route(this.owner, parent, null, Route.Others.SEPARATE, this.sinks.apply(parent)));
		// Nobody here looks at its spans.
		row.release();
		return row;
	}

	// Close a route that has not been used for a while and has nothing left to send.
	private boolean closeIdle() {
		long now = System.nanoTime();
		for (Iterator<Used> all = this.routes.values().iterator(); all.hasNext();) {
			Used used = all.next();
			long idle = now - used.time();
			if (idle < this.idle) {
				return false;
			}
			SpanSink sink = used.row().route().sink();
			if (sink.status().queued() == 0 && (!used.row().isOpen() || idle > LONGEST_REQUEST)) {
				all.remove();
				sink.close();
				return true;
			}
		}
		return false;
	}

	private record Used(RoutedRow row, long time) {

	}

}
