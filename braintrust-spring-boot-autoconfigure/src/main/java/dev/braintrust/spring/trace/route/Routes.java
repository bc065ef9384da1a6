package dev.braintrust.spring.trace.route;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jspecify.annotations.Nullable;

/**
 * The routes of an application context, one for each experiment that runs, and their
 * rows.
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
		this.rows.values().removeIf((row) -> row.route() == route);
	}

	public boolean isOpen(Route route) {
		return this.open.contains(route);
	}

	// A trace belongs to its row as long as the experiment runs: what is received of it
	// may come late.
	public void started(String traceId, RoutedRow row) {
		this.rows.put(traceId, row);
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
