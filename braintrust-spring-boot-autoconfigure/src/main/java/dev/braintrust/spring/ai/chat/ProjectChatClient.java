package dev.braintrust.spring.ai.chat;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.DefaultChatClient;
import org.springframework.ai.chat.client.DefaultChatClient.DefaultChatClientRequestSpec;
import org.springframework.ai.chat.client.DefaultChatClientBuilder;
import org.springframework.ai.chat.prompt.Prompt;

/**
 * A client whose calls and streams are traced: a client of Spring AI with the same
 * defaults, whose requests are traced. The client of a project that is off is replaced
 * too and records nothing: otherwise the default project would take it, its requests and
 * its builders.
 * <p>
 * Not final, since the application may have a proxy made of it.
 */
class ProjectChatClient extends DefaultChatClient {

	private final ChatTracing tracing;

	ProjectChatClient(DefaultChatClientRequestSpec defaults, ChatTracing tracing) {
		super(defaults);
		this.tracing = tracing;
	}

	// Trace a client of Spring AI. One that is traced already is traced by the given
	// tracing alone.
	static ProjectChatClient trace(DefaultChatClient client, ChatTracing tracing) {
		return new ProjectChatClient(ClientState.defaults(client), tracing);
	}

	// How a client of Spring AI is traced, or how the request is that it was made of.
	static @Nullable ChatTracing tracing(Object client) {
		// A proxy of one of these classes has no state of its own.
		if (client.getClass() == ProjectChatClient.class) {
			return ((ProjectChatClient) client).tracing;
		}
		return (client.getClass() == DefaultChatClient.class)
				? ProjectRequestSpec.tracing(ClientState.defaults((DefaultChatClient) client)) : null;
	}

	@Override
	public ChatClientRequestSpec prompt() {
		ChatClientRequestSpec traced = this.tracing
			.see(() -> ProjectRequestSpec.of(ClientState.defaults(this), this.tracing));
		return (traced != null) ? traced : super.prompt();
	}

	@Override
	public ChatClientRequestSpec prompt(String content) {
		return trace(super.prompt(content));
	}

	@Override
	public ChatClientRequestSpec prompt(Prompt prompt) {
		return trace(super.prompt(prompt));
	}

	private ChatClientRequestSpec trace(ChatClientRequestSpec request) {
		if (request instanceof ProjectRequestSpec) {
			return request;
		}
		return this.tracing.see(() -> ProjectRequestSpec.trace((DefaultChatClientRequestSpec) request, this.tracing),
				request);
	}

	@Override
	public ChatClient.Builder mutate() {
		ChatClient.Builder builder = super.mutate();
		return this.tracing.see(() -> ProjectChatClientBuilder.trace((DefaultChatClientBuilder) builder, this.tracing),
				builder);
	}

	@Override
	public String toString() {
		return "ProjectChatClient[" + this.tracing.agent() + "]";
	}

}
