package dev.braintrust.spring.ai.chat;

import java.util.Locale;

import dev.braintrust.spring.BraintrustProjects;

/**
 * The ways in which a twin is traced.
 */
enum Tracing {

	RECORDED(true), UNSAMPLED(false), WITHOUT_CONTENT(true), SWITCHED_OFF(false);

	static final String[] PROPERTIES = { "braintrust.api-key=sk-test", "braintrust.projects.recorded.enabled=true",
			"braintrust.projects.unsampled.sampling.probability=0",
			"braintrust.projects.without-content.capture.content=false",
			"braintrust.projects.switched-off.enabled=false" };

	private final boolean reading;

	Tracing(boolean reading) {
		this.reading = reading;
	}

	/**
	 * Whether tracing reads tool definitions and similar objects for a span.
	 */
	boolean isReading() {
		return this.reading;
	}

	Object trace(BraintrustProjects projects, Object client) {
		return projects.instrument(name().toLowerCase(Locale.ROOT).replace('_', '-'), client);
	}

}
