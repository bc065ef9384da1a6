package dev.braintrust.spring.web;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * What the application has chosen. A choice that fails is a no, and fails no request.
 *
 * @param <T> the type of the request
 */
final class Choice<T> {

	private static final Log logger = LogFactory.getLog(Choice.class);

	private final Predicate<? super T> predicate;

	private final AtomicBoolean failed = new AtomicBoolean();

	Choice(Predicate<? super T> predicate) {
		this.predicate = predicate;
	}

	boolean includes(T request) {
		try {
			return this.predicate.test(request);
		}
		catch (RuntimeException ex) {
			if (this.failed.compareAndSet(false, true)) {
				logger.warn("The predicate that chooses requests for a Braintrust project failed, so the request is "
						+ "not chosen. This is said once.", ex);
			}
			return false;
		}
	}

}
