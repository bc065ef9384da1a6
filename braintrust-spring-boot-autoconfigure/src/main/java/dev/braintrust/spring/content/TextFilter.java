package dev.braintrust.spring.content;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

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

	private final List<ContentFilter> filters;

	private final Set<Class<?>> failed = ConcurrentHashMap.newKeySet();

	TextFilter(List<ContentFilter> filters) {
		this.filters = List.copyOf(filters);
	}

	boolean isEmpty() {
		return this.filters.isEmpty();
	}

	String apply(String text, ContentFilter.Field field) {
		String filtered = text;
		for (ContentFilter filter : this.filters) {
			filtered = apply(filter, filtered, field);
			if (filtered == null) {
				throw new DroppedFieldException();
			}
		}
		return filtered;
	}

	@Nullable Attachment apply(Attachment attachment, ContentFilter.Field field) {
		Attachment filtered = attachment;
		for (ContentFilter filter : this.filters) {
			try {
				filtered = filter.filterAttachment(filtered, field);
			}
			catch (Exception | StackOverflowError | LinkageError | AssertionError ex) {
				failed(filter, ex);
				throw new DroppedFieldException();
			}
			if (filtered == null) {
				return null;
			}
		}
		return filtered;
	}

	private @Nullable String apply(ContentFilter filter, String text, ContentFilter.Field field) {
		try {
			return filter.filter(text, field);
		}
		catch (Exception | StackOverflowError | LinkageError | AssertionError ex) {
			failed(filter, ex);
			return null;
		}
	}

	private void failed(ContentFilter filter, Throwable failure) {
		// Its message could hold the text.
		if (this.failed.add(filter.getClass())) {
			logger.warn("The ContentFilter " + filter.getClass().getName() + " failed (" + failure.getClass().getName()
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
