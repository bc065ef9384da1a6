package dev.braintrust.spring.trace.route;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jspecify.annotations.Nullable;

/**
 * The routes of an application context, one for each running experiment, and their rows.
 */
public final class Routes {

	private final List<Route> open = new CopyOnWriteArrayList<>();

	// By trace id.
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

	// A trace belongs to its row until the experiment ends, since a message that
	// continues the trace may arrive late.
	public void started(String traceId, RoutedRow row) {
		this.rows.put(traceId, row);
	}

	// Return the row that a trace belongs to, if that row takes spans of the project.
	public @Nullable RoutedRow row(String traceId, Object project) {
		RoutedRow row = this.rows.get(traceId);
		return (row != null && row.route().takes(project)) ? row : null;
	}

	// A trace of a project has begun outside all rows.
	public void strayed(Object project, String name) {
		for (Route route : this.open) {
			if (route.owner() == project) {
				route.strayed(name);
			}
		}
	}

}
