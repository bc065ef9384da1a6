package dev.braintrust.spring.ai.chat;

import java.util.List;
import java.util.function.Supplier;

import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.linkage.CaptureGuard;
import dev.braintrust.spring.settings.ProjectSettings;
import io.opentelemetry.context.Scope;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.messages.AssistantMessage;

/**
 * The tracing settings of one client, or of a model that is used without a client.
 */
public final class ChatTracing extends CaptureGuard {

	private static final Log logger = LogFactory.getLog(ChatClientInstrumentation.LOG);

	private final ProjectTracer tracer;

	private final String agent;

	private final @Nullable String provider;

	private final boolean output;

	private final RunContext.ScheduledRuns scheduledRuns;

	private volatile @Nullable PendingTools pendingTools;

	ChatTracing(ProjectTracer tracer, String agent, @Nullable String provider, boolean output,
			RunContext.ScheduledRuns scheduledRuns) {
		this("ChatClient", tracer, agent, provider, output, scheduledRuns);
	}

	private ChatTracing(String traced, ProjectTracer tracer, String agent, @Nullable String provider, boolean output,
			RunContext.ScheduledRuns scheduledRuns) {
		super(logger, traced + " '" + agent + "'", tracer);
		this.tracer = tracer;
		this.agent = agent;
		this.provider = provider;
		this.output = output;
		this.scheduledRuns = scheduledRuns;
	}

	// Create the tracing of a model that is used without a client.
	public static ChatTracing ofModel(String name, ProjectTracer tracer, @Nullable ProjectSettings settings) {
		return new ChatTracing("ChatModel", tracer, name, (settings != null) ? settings.capture().provider() : null,
				settings == null || settings.capture().output(), new RunContext.ScheduledRuns());
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

	// The tools that the application executes itself, if any.
	@Nullable PendingTools pendingTools() {
		return this.pendingTools;
	}

	void leave(List<AssistantMessage.ToolCall> requests, long requestedAt) {
		if (requests.isEmpty()) {
			return;
		}
		PendingTools pending = this.pendingTools;
		if (pending == null) {
			synchronized (this) {
				pending = (this.pendingTools != null) ? this.pendingTools : new PendingTools();
				this.pendingTools = pending;
			}
		}
		pending.add(requests, requestedAt);
	}

	// Open a scope, or a no-op scope if that fails.
	Scope scope(Supplier<Scope> scope) {
		return see(scope, Scope.noop());
	}

	RunContext.ScheduledRuns scheduledRuns() {
		return this.scheduledRuns;
	}

	boolean recordsOutput() {
		return this.output;
	}

}
