package dev.braintrust.spring.eval.remote;

import java.io.IOException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;

/**
 * A servlet request that is answered later, on another thread. If the reader leaves, the
 * server ends the request and reuses its objects, even while that thread is writing. A
 * lock makes the server wait for the current write, and there is no write after it.
 */
final class AwaitedRequest implements AsyncListener {

	private final Lock lock = new ReentrantLock();

	private final AsyncContext async;

	private boolean over;

	AwaitedRequest(HttpServletRequest request) {
		this.async = request.startAsync();
		// A run has its own limits.
		this.async.setTimeout(0);
		this.async.addListener(this);
	}

	// Returns whether it was written. If not, the server ends the request.
	boolean write(Written written) {
		this.lock.lock();
		try {
			if (!this.over) {
				written.write();
				return true;
			}
		}
		catch (IOException | RuntimeException ex) {
			// The reader has left.
			this.over = true;
		}
		finally {
			this.lock.unlock();
		}
		return false;
	}

	void complete() {
		this.lock.lock();
		try {
			if (!this.over) {
				this.over = true;
				this.async.complete();
			}
		}
		catch (IllegalStateException ex) {
			// The server has done so.
		}
		finally {
			this.lock.unlock();
		}
	}

	private void end() {
		this.lock.lock();
		this.over = true;
		this.lock.unlock();
	}

	@Override
	public void onComplete(AsyncEvent event) {
		end();
	}

	@Override
	public void onTimeout(AsyncEvent event) {
		end();
	}

	@Override
	public void onError(AsyncEvent event) {
		end();
	}

	@Override
	public void onStartAsync(AsyncEvent event) {
	}

	/**
	 * What is written to a reader.
	 */
	@FunctionalInterface
	interface Written {

		void write() throws IOException;

	}

}
