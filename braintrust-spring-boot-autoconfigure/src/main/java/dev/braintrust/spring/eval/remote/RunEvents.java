package dev.braintrust.spring.eval.remote;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * Buffers the events of a run for its client, as server-sent events. The buffer is
 * limited: if it is full, rows wait until there is room. A client that reads nothing for
 * too long ends the run.
 */
final class RunEvents {

	// A comment keeps proxies from closing an idle connection.
	private static final String HEARTBEAT = ": a run is under way\n\n";

	private static final long MAX_WAITING = 4 << 20;

	private final Queue<String> waiting = new ArrayDeque<>();

	private final Duration heartbeat;

	private final Duration patience;

	private final Runnable left;

	private long size;

	private long lastRead = System.nanoTime();

	private boolean ended;

	private boolean closed;

	// The callback runs if the client disconnects before the end.
	RunEvents(Duration heartbeat, Duration patience, Runnable left) {
		this.heartbeat = heartbeat;
		this.patience = patience;
		this.left = left;
	}

	Duration patience() {
		return this.patience;
	}

	// Add an event. Its data must not contain line breaks. If the thread is interrupted
	// while it waits for room, the event is dropped.
	void add(String name, String data) {
		String event = "event: " + name + "\ndata: " + data + "\n\n";
		if (!offer(event)) {
			close();
		}
	}

	// Return false if the client has read nothing for too long.
	private synchronized boolean offer(String event) {
		try {
			boolean full = true;
			while (full && !this.closed) {
				long left = this.lastRead + this.patience.toNanos() - System.nanoTime();
				if (left <= 0) {
					return false;
				}
				full = !this.waiting.isEmpty() && this.size + event.length() > MAX_WAITING;
				if (full) {
					TimeUnit.NANOSECONDS.timedWait(this, left);
				}
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return true;
		}
		if (!this.closed && !this.ended) {
			this.waiting.add(event);
			this.size += event.length();
			notifyAll();
		}
		return true;
	}

	// Mark the end: no more events follow.
	synchronized void end() {
		this.ended = true;
		notifyAll();
	}

	// Wait for the next event. Return a comment after a while without events, and null at
	// the end.
	synchronized @Nullable String next() {
		this.lastRead = System.nanoTime();
		try {
			return await(this.lastRead + this.heartbeat.toNanos());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return null;
		}
		finally {
			this.lastRead = System.nanoTime();
		}
	}

	private @Nullable String await(long end) throws InterruptedException {
		while (this.waiting.isEmpty() && !this.ended && !this.closed) {
			long left = end - System.nanoTime();
			if (left <= 0) {
				return HEARTBEAT;
			}
			TimeUnit.NANOSECONDS.timedWait(this, left);
		}
		String event = this.waiting.poll();
		if (event != null) {
			this.size -= event.length();
			notifyAll();
		}
		return event;
	}

	// The client has disconnected. Calling this again, or after the end, has no effect.
	void close() {
		synchronized (this) {
			if (this.closed) {
				return;
			}
			this.closed = true;
			this.waiting.clear();
			notifyAll();
			if (this.ended) {
				return;
			}
		}
		this.left.run();
	}

}
