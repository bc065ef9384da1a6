package dev.braintrust.spring.export;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

import dev.braintrust.spring.api.BackgroundThreads;
import org.jspecify.annotations.Nullable;

/**
 * The single thread of the export, from the first message to the close. Other threads
 * leave it messages without a lock. If it dies, the next message starts a new thread. At
 * the close, a last task runs once, on the thread that has the turn: if the work takes
 * longer than the close can wait, the worker runs the task when the work returns.
 */
final class ExportThread implements Runnable {

	private static final ThreadFactory THREADS = BackgroundThreads.named("braintrust-export");

	private final Queue<Runnable> messages = new ConcurrentLinkedQueue<>();

	private final AtomicReference<@Nullable Thread> thread = new AtomicReference<>();

	// Two threads may exist for a moment. Only one of them works.
	private final ReentrantLock turn = new ReentrantLock();

	private final LongSupplier work;

	private volatile @Nullable Runnable last;

	private volatile boolean closed;

	// The work returns the time until the next task is due.
	ExportThread(LongSupplier work) {
		this.work = work;
	}

	boolean isClosed() {
		return this.closed;
	}

	// Run a message on the thread, unless the last task has run.
	void tell(Runnable message) {
		if (!this.closed || this.last != null) {
			this.messages.add(message);
			wake();
		}
	}

	void wake() {
		Thread worker = this.thread.get();
		if (worker != null && worker.isAlive()) {
			LockSupport.unpark(worker);
		}
		else if (!this.closed) {
			start(worker);
		}
	}

	private void start(@Nullable Thread dead) {
		Thread worker = THREADS.newThread(this);
		if (this.thread.compareAndSet(dead, worker)) {
			try {
				worker.start();
			}
			catch (OutOfMemoryError ex) {
				// The next message may get a thread.
			}
		}
	}

	@Override
	public void run() {
		this.turn.lock();
		try {
			while (!this.closed && this.thread.get() == Thread.currentThread() && !Thread.interrupted()) {
				readMessages();
				long wait = this.work.getAsLong();
				if (wait > 0) {
					LockSupport.parkNanos(this, wait);
				}
			}
		}
		finally {
			endTurn();
		}
	}

	private void readMessages() {
		for (Runnable message = this.messages.poll(); message != null; message = this.messages.poll()) {
			message.run();
		}
	}

	// Called however the turn ends.
	private void endTurn() {
		try {
			Runnable last = this.last;
			if (this.closed && last != null) {
				this.last = null;
				readMessages();
				last.run();
			}
		}
		finally {
			this.turn.unlock();
		}
	}

	// Stop the thread and run a last task: now if the turn becomes free in time, else
	// when the work returns.
	void close(Runnable last, Duration timeout) {
		this.last = last;
		this.closed = true;
		wake();
		try {
			if (this.turn.tryLock(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
				endTurn();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
