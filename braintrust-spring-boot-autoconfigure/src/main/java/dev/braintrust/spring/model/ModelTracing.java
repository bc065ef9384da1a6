package dev.braintrust.spring.model;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.properties.ProjectSettings;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * How a model is traced. What observes a call goes through here, so that a failure of it
 * never becomes a failure of the call: it is said once a bean, without its message, which
 * could hold a prompt.
 */
final class ModelTracing {

	private static final Log logger = LogFactory.getLog(ModelTracing.class);

	private final AtomicBoolean failed = new AtomicBoolean();

	private final String beanName;

	private final ProjectTracer tracer;

	private final RecordedContent content;

	private final @Nullable String provider;

	/**
	 * Create a tracing.
	 * @param beanName the name of the bean
	 * @param tracer the tracer of its project
	 * @param settings the settings of the project, if known
	 */
	ModelTracing(String beanName, ProjectTracer tracer, @Nullable ProjectSettings settings) {
		this.beanName = beanName;
		this.tracer = tracer;
		this.content = (settings != null) ? RecordedContent.of(settings) : RecordedContent.ALL;
		this.provider = (settings != null) ? settings.capture().provider() : null;
	}

	ProjectTracer tracer() {
		return this.tracer;
	}

	RecordedContent content() {
		return this.content;
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

	private void failed(Throwable failure) {
		if (this.failed.compareAndSet(false, true)) {
			StackTraceElement[] stack = failure.getStackTrace();
			logger.warn("Spans of the model '" + this.beanName + "' are incomplete: " + failure.getClass().getName()
					+ ((stack.length > 0) ? " at " + stack[0] : "") + ". Its calls go on. This is said once.");
		}
	}

}
