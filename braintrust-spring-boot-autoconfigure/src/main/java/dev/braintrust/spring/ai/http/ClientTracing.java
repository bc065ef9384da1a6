package dev.braintrust.spring.ai.http;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.linkage.CaptureGuard;
import dev.braintrust.spring.settings.ProjectSettings;
import io.opentelemetry.context.Context;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The tracing settings for the SDK clients of a project.
 */
final class ClientTracing extends CaptureGuard {

	// The header that marks a request until it is sent.
	static final String MARK = "X-Braintrust-Call";

	private final ProjectTracer tracer;

	private final @Nullable String provider;

	private final AtomicLong calls = new AtomicLong();

	// The context of each call by its mark, as long as a request holds the mark.
	private final Map<String, Context> contexts = Collections.synchronizedMap(new WeakHashMap<>());

	ClientTracing(String key, ProjectTracer tracer, @Nullable ProjectSettings settings) {
		super(LogFactory.getLog(TracedSdkClients.LOG), "clients of the Braintrust project '" + key + "'", tracer);
		this.tracer = tracer;
		this.provider = (settings != null) ? settings.capture().provider() : null;
	}

	ProjectTracer tracer() {
		return this.tracer;
	}

	// The provider that the project names.
	@Nullable String provider() {
		return this.provider;
	}

	// Remember the current context as long as a request holds the mark.
	String mark() {
		String mark = Long.toString(this.calls.incrementAndGet());
		this.contexts.put(mark, Context.current());
		return mark;
	}

	// Return a function that marks parameters. If marking fails, it returns
	// them unchanged.
	UnaryOperator<Object> marks(UnaryOperator<Object> marking) {
		return (parameters) -> see(() -> marking.apply(parameters), parameters);
	}

	// Return the context of the call that marked a request, else the current context.
	Context context(List<String> marks) {
		Context marked = marks.isEmpty() ? null : this.contexts.get(marks.get(0));
		return (marked != null) ? marked : Context.current();
	}

}
