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
 * The routes of a project into experiments that run in other processes and call this one.
 * Their number is limited, since callers name the experiments and never report their end.
 * Thread-safe.
 */
public final class ReceivedRoutes {

	static final int MAX_ROUTES = 16;

	private static final long IDLE = TimeUnit.MINUTES.toNanos(1);

	// A route that was not used for this long may be closed even if one of its spans is
	// open: that span is probably never ended.
	private static final long LONGEST_REQUEST = TimeUnit.HOURS.toNanos(1);

	private static final Pattern EXPERIMENT = Pattern.compile("experiment_id:[0-9A-Za-z_-]{1,64}");

	private final Object owner;

	private final Function<String, SpanSink> sinks;

	private final long idle;

	// In the order of their last use.
	private final Map<String, Used> routes = new LinkedHashMap<>(MAX_ROUTES, 0.75f, true);

	public ReceivedRoutes(Object owner, Function<String, SpanSink> sinks) {
		this(owner, sinks, IDLE);
	}

	ReceivedRoutes(Object owner, Function<String, SpanSink> sinks, long idle) {
		this.owner = owner;
		this.sinks = sinks;
		this.idle = idle;
	}

	// Return the row that represents all rows of the experiment that a caller names. Null
	// if the caller names no experiment, or if too many routes are in use.
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
		// The spans of this row are never read here, so it keeps no reference to them.
		row.release();
		return row;
	}

	// Close a route that has not been used for a while and has no queued spans.
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
