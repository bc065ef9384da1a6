package dev.braintrust.spring.upload;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;

import dev.braintrust.spring.api.BackgroundThreads;
import org.jspecify.annotations.Nullable;

/**
 * Opens and reads files and resources of all projects on its own threads, since their
 * storage may hang. A project uses at most two of ten threads. If both hang, its files
 * are unreadable until one thread returns, and other projects use the remaining threads.
 * Threads are created when there is something to read, and end soon after.
 */
final class SourceReads implements AutoCloseable {

	private static final int MAX_THREADS = 10;

	private static final int MAX_THREADS_OF_PROJECT = 2;

	private final ExecutorService threads = BackgroundThreads.asNeeded("braintrust-read", Integer.MAX_VALUE);

	// Projects with pending reads that may use another thread, in turn.
	private final Set<OfProject> ready = new LinkedHashSet<>();

	private int running;

	OfProject ofProject() {
		return new OfProject();
	}

	private void work(Read<?> first) {
		for (Read<?> read = first; read != null; read = next(read)) {
			read.run();
		}
	}

	private synchronized @Nullable Read<?> next(Read<?> done) {
		// A cancelled read may have left an interrupt.
		Thread.interrupted();
		done.project.end(done);
		Read<?> next = start();
		this.running -= (next != null) ? 0 : 1;
		return next;
	}

	private @Nullable Read<?> start() {
		for (OfProject project : this.ready) {
			this.ready.remove(project);
			return project.start();
		}
		return null;
	}

	private synchronized boolean add(Read<?> read) {
		if (read.project.hung == MAX_THREADS_OF_PROJECT || this.threads.isShutdown()) {
			return false;
		}
		read.project.waiting.add(read);
		read.project.offer();
		Read<?> next = (this.running < MAX_THREADS) ? start() : null;
		if (next != null) {
			this.running++;
			try {
				this.threads.execute(() -> work(next));
			}
			catch (OutOfMemoryError ex) {
				// The next read may get a thread.
				this.running--;
				next.project.waiting.addFirst(next);
				next.project.end(next);
			}
		}
		return true;
	}

	@Override
	public void close() {
		this.threads.shutdownNow();
	}

	/**
	 * The reads of one project. Guarded by the lock of {@link SourceReads}.
	 */
	final class OfProject {

		private final Deque<Read<?>> waiting = new ArrayDeque<>();

		private int running;

		private int hung;

		// Read something in the background.
		<T> Read<T> read(Callable<T> work) {
			Read<T> read = new Read<>(this, work, new CompletableFuture<>());
			if (!add(read)) {
				read.result.completeExceptionally(new IOException("Too many reads of files hang"));
			}
			return read;
		}

		private void offer() {
			if (this.running < MAX_THREADS_OF_PROJECT && !this.waiting.isEmpty()) {
				SourceReads.this.ready.add(this);
			}
		}

		private Read<?> start() {
			Read<?> read = this.waiting.remove();
			this.running++;
			read.running = true;
			offer();
			return read;
		}

		private void end(Read<?> read) {
			this.running--;
			read.running = false;
			this.hung -= read.hung ? 1 : 0;
			offer();
		}

	}

	/**
	 * One read of a file or a resource.
	 */
	final class Read<T> extends FutureTask<T> {

		private final CompletableFuture<T> result;

		private final OfProject project;

		private boolean running;

		private boolean hung;

		private Read(OfProject project, Callable<T> work, CompletableFuture<T> result) {
			super(() -> {
				try {
					T read = work.call();
					result.complete(read);
					return read;
				}
				catch (Throwable ex) {
					// Pass on any failure, since a caller waits for the result.
					result.completeExceptionally(ex);
					throw ex;
				}
			});
			this.project = project;
			this.result = result;
		}

		CompletableFuture<T> result() {
			return this.result;
		}

		// Cancel the read. A running read is interrupted and counts as hung until
		// it returns.
		void giveUp() {
			synchronized (SourceReads.this) {
				if (this.running && !isDone()) {
					this.hung = true;
					this.project.hung++;
				}
			}
			cancel(true);
		}

	}

}
