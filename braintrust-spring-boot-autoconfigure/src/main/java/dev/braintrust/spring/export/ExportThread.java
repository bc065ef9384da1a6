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
 * The one thread that works, from the first message to the close. All others leave it
 * messages, which takes no lock. One that has died is replaced when the next one comes.
 * What is to be done last is done once, by whoever has the turn last, so a thread that
 * works for longer than a close can wait does it as soon as it returns.
 */
final class ExportThread implements Runnable {

	private static final ThreadFactory THREADS = BackgroundThreads.named("braintrust-export");

	private final Queue<Runnable> messages = new ConcurrentLinkedQueue<>();

	private final AtomicReference<@Nullable Thread> thread = new AtomicReference<>();

	// Two threads may be there for a moment. One of them works.
	private final ReentrantLock turn = new ReentrantLock();

	private final LongSupplier work;

	private volatile @Nullable Runnable last;

	private volatile boolean closed;

	// The work tells how long there is nothing else to do.
	ExportThread(LongSupplier work) {
		this.work = work;
	}

	boolean isClosed() {
		return this.closed;
	}

	// Have something done, unless the last is done.
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
				// There may be a thread to be had for the next message.
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

	// Whatever ended it.
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

	// Work no more, and do something last, now if the turn is to be had in time.
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
