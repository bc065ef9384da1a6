package dev.braintrust.spring.docs;

import java.net.URI;

import dev.braintrust.spring.ProjectTracer;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * The Java code in {@code docs/operations.md}.
 */
class OperationsExample {

	private static final Log logger = LogFactory.getLog(OperationsExample.class);

	void answer(ProjectTracer tracer) {
		tracer.rootSpan("answer").run((span) -> {
			URI link = tracer.permalink(span);
			logger.info("Answered, see " + ((link != null) ? link : "trace " + span.getSpanContext().getTraceId()));
		});
	}

}
