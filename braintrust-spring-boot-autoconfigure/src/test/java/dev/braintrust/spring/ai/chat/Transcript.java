package dev.braintrust.spring.ai.chat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import io.opentelemetry.api.trace.Span;
import org.jspecify.annotations.Nullable;

/**
 * Everything that an application sees while it runs, in order. Two runs with the same
 * behavior have equal transcripts: objects get a name from the application or a number
 * when first seen, so that identities can be compared, and their content is written again
 * whenever it has changed.
 */
final class Transcript {

	private final List<String> lines = new ArrayList<>();

	private final Map<Object, String> names = new IdentityHashMap<>();

	private final Map<Object, String> contents = new IdentityHashMap<>();

	private final Map<String, Integer> numbers = new TreeMap<>();

	private final Map<String, Integer> reads = new TreeMap<>();

	private final Observed observed = new Observed(this);

	private boolean looking;

	/**
	 * Name an object of the application.
	 * @param <T> its type
	 * @param name the name
	 * @param object the object
	 * @return the object
	 */
	synchronized <T> T name(String name, T object) {
		this.names.put(object, name);
		return object;
	}

	/**
	 * Write an event with its objects and the kind of the current thread.
	 * @param event what happens
	 * @param seen what is seen
	 */
	void noteHere(String event, @Nullable Object... seen) {
		note(event + " on " + thread() + (Span.current().getSpanContext().isValid() ? " in a span" : ""), seen);
	}

	/**
	 * Write an event with its objects, without the thread, which Reactor may choose.
	 * @param event what happens
	 * @param seen what is seen
	 */
	synchronized void note(String event, @Nullable Object... seen) {
		StringBuilder line = new StringBuilder(event);
		for (Object object : seen) {
			line.append(' ').append(see(object));
		}
		this.lines.add(line.toString().replaceAll("@[0-9a-f]{4,8}\\b", "@"));
	}

	private static String thread() {
		String name = Thread.currentThread().getName();
		return name.startsWith("boundedElastic") ? "an elastic thread"
				: name.startsWith("parallel") ? "a parallel thread" : "the caller's thread";
	}

	/**
	 * Describe an object.
	 * @param object the object
	 * @return the words
	 */
	synchronized String see(@Nullable Object object) {
		if (object == null || object instanceof CharSequence || object instanceof Number || object instanceof Boolean
				|| object instanceof Enum) {
			return String.valueOf(object);
		}
		if (object instanceof Collection<?> collection) {
			return collection.stream().map(this::see).collect(Collectors.joining(", ", "[", "]"));
		}
		if (object instanceof Map<?, ?> map) {
			Map<String, String> sorted = new TreeMap<>();
			map.forEach((key, value) -> sorted.put(see(key), see(value)));
			return sorted.toString();
		}
		String name = this.names.computeIfAbsent(object, this::number);
		String before = this.contents.put(object, "…");
		String content = (before == null || !before.equals("…")) ? content(object) : "…";
		if (content.isEmpty() || content.equals(before) || content.equals("…")) {
			this.contents.put(object, (before != null) ? before : content);
			return name;
		}
		this.contents.put(object, content);
		return name + "{" + content + "}";
	}

	// Reads by the transcript itself are not counted.
	private String content(Object object) {
		boolean looking = this.looking;
		this.looking = true;
		try {
			return Content.of(object, this);
		}
		finally {
			this.looking = looking;
		}
	}

	private String number(Object object) {
		String kind = Content.kind(object);
		return kind + "#" + this.numbers.merge(kind, 1, Integer::sum);
	}

	/**
	 * Count a read without side effects, such as of a tool's definition.
	 * @param what the name of the read property
	 */
	synchronized void read(String what) {
		if (!this.looking) {
			this.reads.merge(what, 1, Integer::sum);
		}
	}

	/**
	 * The number of reads by property.
	 * @return the numbers
	 */
	synchronized List<String> reads() {
		return List.of(this.reads.toString());
	}

	/**
	 * The application's own observations.
	 * @return the observations
	 */
	Observed observed() {
		return this.observed;
	}

	boolean isLike(Transcript other) {
		return lines().equals(other.lines());
	}

	/**
	 * Whether this transcript, which may be incomplete, already differs from a complete
	 * one.
	 * @param other the other one, which is complete
	 * @return whether it has
	 */
	synchronized boolean isUnlike(Transcript other) {
		return this.lines.size() > other.lines.size() || !this.lines.equals(other.lines.subList(0, this.lines.size()));
	}

	/**
	 * All lines so far.
	 * @return the lines
	 */
	synchronized List<String> lines() {
		List<String> all = new ArrayList<>(this.lines);
		// Restore the names and numbers afterwards, so that the next call returns the
		// same lines.
		Map<Object, String> names = new IdentityHashMap<>(this.names);
		Map<Object, String> contents = new IdentityHashMap<>(this.contents);
		Map<String, Integer> numbers = new TreeMap<>(this.numbers);
		all.addAll(this.observed.lines());
		restore(this.names, names);
		restore(this.contents, contents);
		restore(this.numbers, numbers);
		return Collections.unmodifiableList(all);
	}

	private static <K, V> void restore(Map<K, V> map, Map<K, V> former) {
		map.clear();
		map.putAll(former);
	}

}
