package dev.braintrust.spring.chat;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import dev.braintrust.spring.ProjectTracer;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * How a client is traced. What observes a call goes through here, so that a failure of it
 * never becomes a failure of the call: it is said once a client, without its message,
 * which could hold a prompt.
 */
final class ChatTracing {

	private static final Log logger = LogFactory.getLog(ProjectChatClient.class);

	private final AtomicBoolean failed = new AtomicBoolean();

	private final ProjectTracer tracer;

	private final String agent;

	private final @Nullable String provider;

	/**
	 * Create a tracing.
	 * @param tracer the tracer of the project
	 * @param agent the name of the task span around each use of the client
	 * @param provider the provider of the models, or {@code null} for the one that their
	 * options tell
	 */
	ChatTracing(ProjectTracer tracer, String agent, @Nullable String provider) {
		this.tracer = tracer;
		this.agent = agent;
		this.provider = provider;
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

	void observe(Runnable observation) {
		try {
			observation.run();
		}
		catch (RuntimeException | LinkageError ex) {
			failed(ex);
		}
	}

	/**
	 * Observe and return what was seen.
	 * @param observation the observation
	 * @param <T> the type of what it sees
	 * @return what it saw, or {@code null} where it failed or saw nothing
	 */
	<T> @Nullable T see(Supplier<? extends @Nullable T> observation) {
		try {
			return observation.get();
		}
		catch (RuntimeException | LinkageError ex) {
			failed(ex);
			return null;
		}
	}

	void failed(Throwable failure) {
		if (this.failed.compareAndSet(false, true)) {
			StackTraceElement[] stack = failure.getStackTrace();
			logger.warn("Spans of the ChatClient '" + this.agent + "' are incomplete: " + failure.getClass().getName()
					+ ((stack.length > 0) ? " at " + stack[0] : "") + ". Its calls go on. This is said once.");
		}
	}

}
