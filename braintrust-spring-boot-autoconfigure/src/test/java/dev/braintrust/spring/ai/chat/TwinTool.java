package dev.braintrust.spring.ai.chat;

import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.tool.execution.ToolExecutionException;
import org.springframework.ai.tool.metadata.ToolMetadata;

/**
 * An application's own tool class, which writes its calls to the transcript.
 */
class TwinTool implements ToolCallback {

	private final Transcript transcript;

	private final ToolDefinition definition;

	private final boolean direct;

	private final Function<String, String> work;

	TwinTool(String name, boolean direct, Transcript transcript, Function<String, String> work) {
		this.transcript = transcript;
		this.definition = ToolDefinition.builder().name(name).description(name).inputSchema("{}").build();
		this.direct = direct;
		this.work = work;
		transcript.name("tool " + name, this);
	}

	@Override
	public ToolDefinition getToolDefinition() {
		this.transcript.read("definition of " + this.definition.name());
		return this.definition;
	}

	@Override
	public ToolMetadata getToolMetadata() {
		this.transcript.read("metadata of " + this.definition.name());
		return ToolMetadata.builder().returnDirect(this.direct).build();
	}

	@Override
	public String call(String input) {
		return call(input, null);
	}

	@Override
	public String call(String input, @Nullable ToolContext context) {
		this.transcript.noteHere("tool " + this.definition.name() + " is called", input, context);
		return this.work.apply(input);
	}

	@Override
	public String toString() {
		return this.definition.name();
	}

	/**
	 * A failure like those of Spring AI's own tools.
	 */
	ToolExecutionException failure(RuntimeException cause) {
		return new ToolExecutionException(this.definition, cause);
	}

	/**
	 * A tool that needs an approval.
	 */
	interface Approved {

		List<String> approvers();

	}

	/**
	 * A tool that needs an approval, which an application detects by the interface.
	 */
	static final class ApprovedTool extends TwinTool implements Approved {

		ApprovedTool(String name, Transcript transcript, Function<String, String> work) {
			super(name, false, transcript, work);
		}

		@Override
		public List<String> approvers() {
			return List.of("Ada");
		}

	}

	/**
	 * A tool that equals all tools of the same name.
	 *
	 * @param name the name
	 */
	record EqualTool(String name) implements ToolCallback {

		@Override
		public ToolDefinition getToolDefinition() {
			return ToolDefinition.builder().name(this.name).description("equal").inputSchema("{}").build();
		}

		@Override
		public String call(String input) {
			return "equal";
		}

	}

	/**
	 * Tools that are methods.
	 */
	static final class Methods {

		private final Transcript transcript;

		Methods(Transcript transcript) {
			this.transcript = transcript;
		}

		@Tool
		String weather(String city, ToolContext context) {
			this.transcript.noteHere("method is called", city, context);
			return "sunny in " + city;
		}

	}

}
