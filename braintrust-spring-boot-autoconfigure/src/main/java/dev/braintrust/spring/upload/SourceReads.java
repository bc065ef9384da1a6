package dev.braintrust.spring.upload;

import java.io.IOException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Opens and reads files and resources of all projects on threads of their own, since what
 * they are on may hang. There is one for each read under way, within a limit; a project
 * has one of what is hashed and one of what is sent. Where too many hang for good,
 * nothing is read until one of them returns. There are no threads before there is
 * something to read, nor long after it.
 */
final class SourceReads implements AutoCloseable {

	static final int MAX_HUNG = 8;

	static final int MAX_HUNG_OF_PROJECT = 2;

	private static final int MAX_THREADS = 10;

	private static final int IDLE_SECONDS = 5;

	private @Nullable ThreadPoolExecutor executor;

	private int underWay;

	private int hung;

	private boolean closed;

	OfProject ofProject() {
		return new OfProject();
	}

	private synchronized void start(OfProject project, Read read) throws IOException {
		if (this.closed || this.hung >= MAX_HUNG || project.hung >= MAX_HUNG_OF_PROJECT) {
			throw new IOException("Too much hangs that is read");
		}
		if (this.executor == null) {
			this.executor = new ThreadPoolExecutor(1, MAX_THREADS, IDLE_SECONDS, TimeUnit.SECONDS,
					new LinkedBlockingQueue<>(), UploadThreads.named("braintrust-read"));
			this.executor.allowCoreThreadTimeOut(true);
		}
		this.underWay++;
		// A thread is added where all that are there may be reading.
		this.executor.setCorePoolSize(Math.min(MAX_THREADS, this.underWay));
		try {
			this.executor.execute(read);
		}
		catch (OutOfMemoryError ex) {
			// There may be a thread to be had later; other spans do not need it.
			this.underWay--;
			throw new IOException("No thread to read on", ex);
		}
	}

	private synchronized void hangs(OfProject project, int change) {
		this.hung += change;
		project.hung += change;
	}

	private synchronized void remove(Read read) {
		if (this.executor != null && this.executor.remove(read)) {
			this.underWay--;
		}
	}

	private synchronized void ended() {
		this.underWay--;
	}

	@Override
	public synchronized void close() {
		this.closed = true;
		if (this.executor != null) {
			this.executor.shutdownNow();
			this.executor = null;
		}
	}

	/**
	 * What one project reads. What hangs there takes the threads of no other.
	 */
	final class OfProject {

		private int hung;

		// Prepare to read.
		Read read(Supplier<Runnable> work) {
			return new Read(this, work);
		}

	}

	/**
	 * Something that is read.
	 */
	final class Read implements Runnable {

		static final long NOT_RUNNING = -1;

		private final OfProject project;

		private final Supplier<Runnable> work;

		private @Nullable Thread thread;

		private long startedAt;

		private boolean givenUp;

		Read(OfProject project, Supplier<Runnable> work) {
			this.project = project;
			this.work = work;
		}

		void start() throws IOException {
			SourceReads.this.start(this.project, this);
		}

		@Override
		public void run() {
			synchronized (this) {
				if (this.givenUp) {
					SourceReads.this.ended();
					return;
				}
				this.thread = Thread.currentThread();
				this.startedAt = System.nanoTime();
			}
			Runnable next = () -> {
			};
			try {
				next = this.work.get();
			}
			finally {
				returned();
			}
			next.run();
		}

		private synchronized void returned() {
			this.thread = null;
			SourceReads.this.ended();
			if (this.givenUp) {
				Thread.interrupted();
				hangs(this.project, -1);
			}
		}

		// Give it up: it is interrupted, and counts as hanging until it returns.
		synchronized long giveUp() {
			Thread thread = this.thread;
			if (this.givenUp || thread == null) {
				this.givenUp = true;
				remove(this);
				return NOT_RUNNING;
			}
			this.givenUp = true;
			thread.interrupt();
			hangs(this.project, 1);
			return System.nanoTime() - this.startedAt;
		}

		// Give it up where it is running: one that waits for a thread still gets it.
		synchronized long stop() {
			return (this.thread != null) ? giveUp() : NOT_RUNNING;
		}

	}

}
