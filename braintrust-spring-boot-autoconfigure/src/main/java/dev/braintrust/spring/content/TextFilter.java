package dev.braintrust.spring.content;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.ContentFilter;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Calls the content filters of a project, one after another.
 */
final class TextFilter {

	private static final Log logger = LogFactory.getLog(ContentFilter.class);

	private final List<Shared> filters;

	private final Set<String> failed = ConcurrentHashMap.newKeySet();

	TextFilter(List<Shared> filters) {
		this.filters = List.copyOf(filters);
	}

	boolean isEmpty() {
		return this.filters.isEmpty();
	}

	String apply(String text, ContentFilter.Field field) {
		String filtered = text;
		for (Shared shared : this.filters) {
			String given = filtered;
			filtered = call(shared, (filter) -> filter.filter(given, field));
			if (filtered == null) {
				throw new DroppedFieldException();
			}
		}
		return filtered;
	}

	@Nullable Attachment apply(Attachment attachment, ContentFilter.Field field) {
		Attachment filtered = attachment;
		for (Shared shared : this.filters) {
			Attachment given = filtered;
			filtered = call(shared, (filter) -> filter.filterAttachment(given, field));
			if (filtered == null) {
				return null;
			}
		}
		return filtered;
	}

	private <T> @Nullable T call(Shared shared, Function<ContentFilter, @Nullable T> call) {
		try {
			return shared.call(call);
		}
		catch (Throwable ex) {
			if (ex instanceof InterruptedException) {
				Thread.currentThread().interrupt();
			}
			failed(shared.type(), ex);
			throw new DroppedFieldException();
		}
	}

	private void failed(Class<?> type, Throwable failure) {
		// The exception message could contain the text.
		String cause = type.getName() + " failed (" + failure.getClass().getName() + ")";
		if (this.failed.add(cause)) {
			logger
				.warn("The ContentFilter " + cause + ". The content that it fails on is dropped. This is logged once.");
		}
	}

	/**
	 * Thrown if a filter drops a field.
	 */
	static final class DroppedFieldException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		DroppedFieldException() {
			super("dropped by a content filter", null, false, false);
		}

	}

	/**
	 * A content filter that takes one call at a time, even if several projects and
	 * threads share it. If a call hangs, calls of other threads fail, so that other
	 * projects are not blocked: the first call fails after a timeout, further ones
	 * immediately.
	 */
	static final class Shared {

		private static final Duration MAX_WAIT = Duration.ofSeconds(10);

		// Fair, so that a project that filters without a pause cannot starve the others.
		private final ReentrantLock lock = new ReentrantLock(true);

		private final ContentFilter filter;

		private final Duration maxWait;

		private volatile boolean hanging;

		Shared(ContentFilter filter) {
			this(filter, MAX_WAIT);
		}

		Shared(ContentFilter filter, Duration maxWait) {
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

}
