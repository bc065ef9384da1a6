package dev.braintrust.spring.content.json;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Says once a type, and without content, that values or parts of them are missing.
 */
final class UnwritableTypes {

	private static final Log logger = LogFactory.getLog(SpanJson.class);

	private static final int MAX_NAMED = 100;

	private final Set<String> named = ConcurrentHashMap.newKeySet();

	// Report a value that is missing as a whole.
	void report(String type, String reason) {
		if (isNew(type)) {
			logger.warn("A value of type " + type + " has no JSON form and is missing in spans of Braintrust (" + reason
					+ "). Give the span a record, a map or a string instead.");
		}
	}

	void report(String type, String property, Throwable failure) {
		if (isNew(type)) {
			logger.warn("The property '" + property + "' of " + type + " could not be read and is missing in spans of "
					+ "Braintrust (" + failure.getClass().getSimpleName()
					+ "). Give the span a record or a map of what matters, or annotate the property with @JsonIgnore.");
		}
	}

	private boolean isNew(String type) {
		return this.named.size() < MAX_NAMED && this.named.add(type);
	}

}
