package dev.braintrust.spring.eval.remote;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * The events of a run on their way to its reader, as server-sent events. What nobody
 * reads takes a limited share of the memory: rows wait until there is room, and a reader
 * who reads nothing for too long ends the run.
 */
final class RunEvents {

	// A comment keeps proxies from closing a connection that is quiet.
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

	// What is to happen if the reader has left.
	RunEvents(Duration heartbeat, Duration patience, Runnable left) {
		this.heartbeat = heartbeat;
		this.patience = patience;
		this.left = left;
	}

	Duration patience() {
		return this.patience;
	}

	// Add an event, whose data has no line break. A thread that is interrupted while it
	// waits for room adds nothing.
	void add(String name, String data) {
		String event = "event: " + name + "\ndata: " + data + "\n\n";
		if (!offer(event)) {
			close();
		}
	}

	// Returns whether somebody still reads.
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

	// There are no more.
	synchronized void end() {
		this.ended = true;
		notifyAll();
	}

	// Wait for what comes next: an event, a comment if there is none for a while, or null
	// at the end.
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

	// The reader has left. Calling it again, or after the end, has no effect.
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
