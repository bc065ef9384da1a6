package dev.braintrust.spring.content;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

import dev.braintrust.spring.ContentFilter;
import org.jspecify.annotations.Nullable;

/**
 * A content filter that takes one call at a time, however many projects and threads share
 * it. If a call hangs, the calls of other threads fail, so that it holds up no other
 * project: the first one after a while, the others at once.
 */
final class SharedFilter {

	private static final Duration MAX_WAIT = Duration.ofSeconds(10);

	private final ReentrantLock lock = new ReentrantLock();

	private final ContentFilter filter;

	private final Duration maxWait;

	private volatile boolean hanging;

	SharedFilter(ContentFilter filter) {
		this(filter, MAX_WAIT);
	}

	SharedFilter(ContentFilter filter, Duration maxWait) {
		this.filter = filter;
		this.maxWait = maxWait;
	}

	Class<?> type() {
		return this.filter.getClass();
	}

	<T> @Nullable T call(Function<ContentFilter, @Nullable T> call) throws InterruptedException, TimeoutException {
		if (!this.lock.tryLock(this.hanging ? 0 : this.maxWait.toNanos(), TimeUnit.NANOSECONDS)) {
			this.hanging = true;
			throw new TimeoutException();
		}
		try {
			this.hanging = false;
			return call.apply(this.filter);
		}
		finally {
			this.lock.unlock();
		}
	}

}
