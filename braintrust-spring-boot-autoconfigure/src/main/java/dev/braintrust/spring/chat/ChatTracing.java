package dev.braintrust.spring.chat;

import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.content.CaptureGuard;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * How a client is traced.
 */
final class ChatTracing extends CaptureGuard {

	private static final Log logger = LogFactory.getLog(ProjectChatClient.class);

	private final ProjectTracer tracer;

	private final String agent;

	private final @Nullable String provider;

	private final boolean output;

	/**
	 * Create a tracing.
	 * @param tracer the tracer of the project
	 * @param agent the name of the task span around each use of the client
	 * @param provider the provider of the models where their options do not tell it, or
	 * {@code null}
	 * @param output whether outputs are recorded
	 */
	ChatTracing(ProjectTracer tracer, String agent, @Nullable String provider, boolean output) {
		super(logger, "ChatClient '" + agent + "'", tracer);
		this.tracer = tracer;
		this.agent = agent;
		this.provider = provider;
		this.output = output;
	}

	ProjectTracer tracer() {
		return this.tracer;
	}

	String agent() {
		return this.agent;
	}

	@Nullable String provider() {
		return this.provider;
	}

	boolean recordsOutput() {
		return this.output;
	}

}
