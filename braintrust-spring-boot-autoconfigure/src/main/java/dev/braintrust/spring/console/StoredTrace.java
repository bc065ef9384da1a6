package dev.braintrust.spring.console;

import java.util.ArrayList;
import java.util.List;

/**
 * The ended spans of one trace, in the order in which they ended. Guarded by the lock of
 * the store.
 */
final class StoredTrace {

	final WatchedProject project;

	final String id;

	final List<StoredSpan> spans = new ArrayList<>(4);

	long version;

	StoredTrace(WatchedProject project, String id) {
		this.project = project;
		this.id = id;
	}

	// The key of a trace in the store.
	static String key(String project, String id) {
		return project + '/' + id;
	}

	String key() {
		return key(this.project.key(), this.id);
	}

	// An immutable snapshot of the trace.
	TraceView snapshot() {
		return new TraceView(this.project, this.id, this.version, List.copyOf(this.spans));
	}

}
