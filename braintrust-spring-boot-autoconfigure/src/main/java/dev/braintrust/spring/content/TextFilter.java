package dev.braintrust.spring.content;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.ContentFilter;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Asks the content filters of a project, one after another.
 */
final class TextFilter {

	private static final Log logger = LogFactory.getLog(ContentFilter.class);

	private final List<SharedFilter> filters;

	private final Set<Class<?>> failed = ConcurrentHashMap.newKeySet();

	TextFilter(List<SharedFilter> filters) {
		this.filters = List.copyOf(filters);
	}

	boolean isEmpty() {
		return this.filters.isEmpty();
	}

	String apply(String text, ContentFilter.Field field) {
		String filtered = text;
		for (SharedFilter shared : this.filters) {
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
		for (SharedFilter shared : this.filters) {
			Attachment given = filtered;
			filtered = call(shared, (filter) -> filter.filterAttachment(given, field));
			if (filtered == null) {
				return null;
			}
		}
		return filtered;
	}

	private <T> @Nullable T call(SharedFilter shared, Function<ContentFilter, @Nullable T> call) {
		try {
			return shared.call(call);
		}
		catch (Throwable ex) {
			failed(shared.type(), ex);
			throw new DroppedFieldException();
		}
	}

	private void failed(Class<?> type, Throwable failure) {
		// Its message could hold the text.
		if (this.failed.add(type)) {
			logger.warn("The ContentFilter " + type.getName() + " failed (" + failure.getClass().getName()
					+ "). The content that it fails on is dropped; this is said once.");
		}
	}

	/**
	 * A field is to be dropped.
	 */
	static final class DroppedFieldException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		DroppedFieldException() {
			super("dropped by a content filter", null, false, false);
		}

	}

}
