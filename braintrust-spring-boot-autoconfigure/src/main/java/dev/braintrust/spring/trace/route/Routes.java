package dev.braintrust.spring.trace.route;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jspecify.annotations.Nullable;

/**
 * The routes of an application context, one for each experiment that runs, and the rows
 * that run of them.
 */
public final class Routes {

	private final List<Route> open = new CopyOnWriteArrayList<>();

	// By the ids of their traces.
	private final Map<String, RoutedRow> rows = new ConcurrentHashMap<>();

	public void open(Route route) {
		this.open.add(route);
	}

	public void close(Route route) {
		this.open.remove(route);
	}

	public boolean isOpen(Route route) {
		return this.open.contains(route);
	}

	public boolean isEmpty() {
		return this.open.isEmpty();
	}

	public void started(String traceId, RoutedRow row) {
		this.rows.put(traceId, row);
	}

	public void ended(String traceId) {
		this.rows.remove(traceId);
	}

	// The row that a trace belongs to, for a project that it takes spans of.
	public @Nullable RoutedRow row(String traceId, Object project) {
		RoutedRow row = this.rows.get(traceId);
		return (row != null && row.route().takes(project)) ? row : null;
	}

	// A trace of a project has begun outside of all rows.
	public void strayed(Object project, String name) {
		for (Route route : this.open) {
			if (route.owner() == project) {
				route.strayed(name);
			}
		}
	}

}
