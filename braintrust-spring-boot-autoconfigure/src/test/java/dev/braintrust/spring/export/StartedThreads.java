package dev.braintrust.spring.export;

import java.util.List;
import java.util.Set;

/**
 * The threads of this library that were started after this object was created.
 */
final class StartedThreads {

	private final Set<Thread> before = Thread.getAllStackTraces().keySet();

	List<Thread> list() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> !this.before.contains(thread))
			.filter((thread) -> thread.getName().startsWith("braintrust-")
					|| thread.getName().startsWith("HttpClient-"))
			.toList();
	}

	List<String> names() {
		return list().stream().map(Thread::getName).sorted().toList();
	}

	/**
	 * Wait for the end of the threads whose name begins with a prefix.
	 */
	void awaitEnd(String prefix) {
		for (Thread thread : list()) {
			if (thread.getName().startsWith(prefix)) {
				join(thread);
			}
		}
	}

	private static void join(Thread thread) {
		try {
			thread.join(60_000);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
		if (thread.isAlive()) {
			throw new AssertionError("Expected the end of " + thread);
		}
	}

}
