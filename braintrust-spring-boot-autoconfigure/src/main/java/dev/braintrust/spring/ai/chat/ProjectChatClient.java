package dev.braintrust.spring.ai.chat;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.DefaultChatClient;
import org.springframework.ai.chat.client.DefaultChatClient.DefaultChatClientRequestSpec;
import org.springframework.ai.chat.client.DefaultChatClientBuilder;
import org.springframework.ai.chat.prompt.Prompt;

/**
 * A Spring AI client whose calls and streams are traced. It has the same defaults as the
 * original, and creates traced requests. The client of a disabled project is also
 * replaced, but records nothing. Otherwise the default project would trace it, its
 * requests and its builders.
 * <p>
 * Not final, because the application may have a proxy created for it.
 */
class ProjectChatClient extends DefaultChatClient {

	private final ChatTracing tracing;

	ProjectChatClient(DefaultChatClientRequestSpec defaults, ChatTracing tracing) {
		super(defaults);
		this.tracing = tracing;
	}

	// Trace a Spring AI client. This tracing replaces the tracing that the client
	// already has.
	static ProjectChatClient trace(DefaultChatClient client, ChatTracing tracing) {
		return new ProjectChatClient(ClientState.defaults(client), tracing);
	}

	// Return the tracing of a Spring AI client, or of the request that it was
	// created from.
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
