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
 * How the clients of a project are traced.
 */
final class ClientTracing extends CaptureGuard {

	// Marks a request until it is sent.
	static final String MARK = "X-Braintrust-Call";

	private final ProjectTracer tracer;

	private final @Nullable String provider;

	private final AtomicLong calls = new AtomicLong();

	// What was current at each call whose request is still held, by its mark.
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

	// Remember what is current, as long as a request holds the mark.
	String mark() {
		String mark = Long.toString(this.calls.incrementAndGet());
		this.contexts.put(mark, Context.current());
		return mark;
	}

	// Mark parameters by a function. If that fails, they stay as they are.
	UnaryOperator<Object> marks(UnaryOperator<Object> marking) {
		return (parameters) -> see(() -> marking.apply(parameters), parameters);
	}

	// What was current when a request was made that has marks.
	Context context(List<String> marks) {
		Context marked = marks.isEmpty() ? null : this.contexts.get(marks.get(0));
		return (marked != null) ? marked : Context.current();
	}

}
