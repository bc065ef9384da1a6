package dev.braintrust.spring.ai.chat;

import org.springframework.ai.chat.client.advisor.ToolCallingAdvisor;

/**
 * The builder of the advisor that a request registers by itself to run the tool loop. The
 * advisor is built by the application's builder; if that is Spring AI's own, the advisor
 * executes its tools through a {@link ProjectToolCallingManager}, which nothing but this
 * advisor can see. An advisor of the application's own may look at its manager, so it
 * keeps the one it was given.
 */
final class ProjectToolAdvisorBuilder extends ToolCallingAdvisor.Builder<ProjectToolAdvisorBuilder> {

	private final ToolCallingAdvisor.Builder<?> delegate;

	private final AgentRuns runs;

	ProjectToolAdvisorBuilder(ToolCallingAdvisor.Builder<?> delegate, AgentRuns runs) {
		this.delegate = delegate;
		this.runs = runs;
	}

	// The builder of the application.
	static ToolCallingAdvisor.Builder<?> untraced(ToolCallingAdvisor.Builder<?> builder) {
		return (builder instanceof ProjectToolAdvisorBuilder traced) ? traced.delegate : builder;
	}

	@Override
	public ToolCallingAdvisor.Builder<?> copy() {
		ToolCallingAdvisor.Builder<?> copy = this.delegate.copy();
		if (copy != null && copy.getClass() == ToolCallingAdvisor.Builder.class) {
			this.runs.tracing()
				.observe(() -> copy
					.toolCallingManager(new ProjectToolCallingManager(ClientState.toolManager(copy), this.runs)));
		}
		return copy;
	}

	@Override
	public int getAdvisorOrder() {
		return this.delegate.getAdvisorOrder();
	}

	@Override
	public ToolCallingAdvisor build() {
		return this.delegate.build();
	}

}
